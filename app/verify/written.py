"""What a language model wrote, sentence by sentence: does its evidence carry it?

A sentence must be carried by one piece of a passage that it cites: its words are met there in meaning, its values
stand there beside the words they belong to, and nothing on which the meaning hangs (not, free, at most, an office's
name) was added or turned round. Pure but for the scorers handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np

from app.domain import AnswerSentence, Language, Passage, Piece
from app.embedding import WordEncoder
from app.errors import ModelFault
from app.languages import Detector
from app.lexical import Analyser
from app.verify.clauses import Clause, Reader, met
from app.verify.compared import Evidence, compares_otherwise, moved, other_line, support, turned_round
from app.verify.form import has_odd_form
from app.verify.marks import marks_of, new_marks, owners_of, people_of
from app.verify.names import new_names
from app.verify.values import missing_values

MET = 0.40  # cosine from which a word is met; with the second embedding model chosen again on the tuning half
UNMET = 0.25  # share of a sentence's words that nothing in the passage may meet
ELSEWHERE = 0.3  # share that only other pieces of the passage may meet
SAME_CARRIER = 0.08  # pieces whose support is this near to the best one may carry the sentence too
CONDITION_KEPT = 0.55  # mean cosine of a condition's words in the answer
AS_NEAR = 0.08  # of the sum of two cosines
LEAST_WORDS = 2  # content words; "Yes." alone says nothing that could be held against the evidence
LONGEST = 60  # words
SURE = 0.6  # of another language than the asked one

CONDITION: dict[Language, re.Pattern[str]] = {
    "fi": re.compile(r"^\W*(?:jos|mikäli|ellei|paitsi|kun)\b|\bvain\b"),
    "sv": re.compile(r"^\W*(?:om|ifall|såvida|utom|när)\b|\b(?:bara|endast)\b"),
    "en": re.compile(r"^\W*(?:if|unless|except|provided|when)\b|\b(?:only|but not)\b"),
}
Carried = tuple[tuple[int, Piece], ...]


class WritingVerifier:
    def __init__(self, table: WordEncoder, analyser: Analyser, detector: Detector) -> None:
        self._encode = table.encode_documents
        self._reader = Reader(self._encode, analyser)
        self._detector = detector

    def carried(self, sentence: AnswerSentence, passages: Sequence[Passage], language: Language) -> Carried:
        """The pieces that carry a sentence, each with its passage's number.

        Raises:
            ModelFault: nothing carries it.
        """
        self._check_form(sentence, passages, language)
        evidence = [
            self._read(number, piece, passages[number - 1])
            for number in sentence.citations
            for piece in passages[number - 1].pieces
        ]
        same = [e for e in evidence if _spaced(e.piece.text) == _spaced(sentence.text)]
        if same and same[0].passage.language == language:
            return ((same[0].number, same[0].piece),)
        return self._paraphrased(sentence.text, evidence, language)

    def check_point(
        self, question: str, carried: Carried, passages: Sequence[Passage], sure: int, language: Language
    ) -> None:
        """Look whether the answer has the sentence of the first `sure` passages that meets the question best.

        Raises:
            ModelFault: it has not, nor one that meets it nearly as well.
        """
        asked = self._reader.clause(question, language)
        nearness = {
            (number, piece): self._nearness(asked, piece, passage.language)
            for number, passage in enumerate(passages[:sure], start=1)
            for piece in passage.pieces
        }
        if max(nearness.get(each, 0.0) for each in carried) < max(nearness.values()) - AS_NEAR:
            raise ModelFault("beside_the_point")

    def _nearness(self, asked: Clause, piece: Piece, language: Language) -> float:
        words = support(asked, [self._reader.clause(piece.text, language)])
        one, two = self._encode([asked.text, piece.text])
        return words + float(one @ two)

    def check_whole(
        self, texts: Sequence[str], carried: Carried, passages: Sequence[Passage], language: Language
    ) -> None:
        """Look at what the whole answer leaves out: steps, the items of a list, conditions of what it says.

        Raises:
            ModelFault: it would mislead.
        """
        said = self._reader.clause(" ".join(texts), language)
        used = set(carried)
        for number, passage in enumerate(passages, start=1):
            if not lists_are_whole(passage.pieces, {piece for other, piece in used if other == number}):
                raise ModelFault("incomplete_list")
        for number, piece in used:
            if piece.text not in texts and self._drops_condition(said, piece, passages[number - 1].language):
                raise ModelFault("condition_dropped")

    def _drops_condition(self, said: Clause, piece: Piece, language: Language) -> bool:
        conditions = [
            c for c in self._reader.clauses(piece.text, language) if CONDITION[language].search(c.text.lower())
        ]
        return any(support(condition, [said]) < CONDITION_KEPT for condition in conditions)

    def _check_form(self, sentence: AnswerSentence, passages: Sequence[Passage], language: Language) -> None:
        text = sentence.text
        if not sentence.citations or not all(1 <= number <= len(passages) for number in sentence.citations):
            raise ModelFault("no_evidence")
        if has_odd_form(text, " ".join(passages[number - 1].text for number in sentence.citations)):
            raise ModelFault("forbidden_form")
        if len(text.split()) > LONGEST:
            raise ModelFault("too_long")
        detected = self._detector.detect(text, language)
        if detected.other or (detected.language != language and detected.confidence > SURE):
            raise ModelFault("wrong_language")

    def _read(self, number: int, piece: Piece, passage: Passage) -> Evidence:
        reader, language = self._reader, passage.language
        return Evidence(
            number, piece, reader.clause(piece.text, language), reader.clauses(piece.text, language), passage
        )

    def _paraphrased(self, text: str, evidence: Sequence[Evidence], language: Language) -> Carried:
        said = self._reader.clause(text, language)
        clauses = self._reader.clauses(text, language)
        near_by = np.array([support(said, [item.whole]) for item in evidence])
        order = [int(place) for place in np.argsort(-near_by, kind="stable")]
        near = [evidence[place] for place in order if near_by[place] >= near_by[order[0]] - SAME_CARRIER]
        faults = []
        for item in near:
            fault = self._fault(said, clauses, item, evidence)
            if fault is None:
                return ((item.number, item.piece),)
            faults.append(fault)
        raise ModelFault(faults[0])

    def _fault(
        self, said: Clause, clauses: Sequence[Clause], carrier: Evidence, evidence: Sequence[Evidence]
    ) -> str | None:
        around = self._around(carrier)
        if missing_values(said.values, carrier.whole.values | around.values):
            return "figure_not_in_evidence"
        if _unsupported(said, carrier.whole, around, evidence):
            return "unsupported"
        if _others(owners_of, said, carrier):
            return "other_owner"
        if _others(people_of, said, carrier):
            return "other_people"
        if new_names(said.text, said.language, " ".join((_above(carrier.passage), carrier.passage.text))):
            return "name_not_in_evidence"
        if new_marks(said.marks, carrier.whole.marks):
            return "mark_not_in_evidence"
        if turned_round(clauses, carrier) or compares_otherwise(said, carrier.whole, self._reader):
            return "turned_round"
        if any(moved(clause, said, evidence) for clause in clauses):
            return "figure_of_other_matter"
        if other_line(said, carrier.whole):
            return "figure_of_other_matter"
        return None

    def _around(self, carrier: Evidence) -> Clause:
        """The headings above, which a section's sentences take for granted."""
        return self._reader.clause(_above(carrier.passage), carrier.passage.language)


def _unsupported(said: Clause, carrier: Clause, around: Clause, evidence: Sequence[Evidence]) -> bool:
    marked = np.array([bool(marks_of(word, said.language) & carrier.marks) for word in said.words], dtype=bool)
    anywhere = (met(said, [around, *(item.whole for item in evidence)]) >= MET) | marked
    here = (met(said, [carrier, around]) >= MET) | marked
    if len(said.words) < LEAST_WORDS:
        return True
    return float(1 - anywhere.mean()) > UNMET or float(1 - here.mean()) > ELSEWHERE


def _others(of: Callable[[str], frozenset[str]], said: Clause, carrier: Evidence) -> bool:
    """Another office or group of people than the carrier names; where it names none, another than the passage names."""
    here = of(carrier.piece.text)
    return bool(of(said.text) - (here or of(f"{_above(carrier.passage)} {carrier.passage.text}")))


def lists_are_whole(pieces: Sequence[Piece], used: set[Piece]) -> bool:
    """Whether of numbered steps all or none are used, and no "…:" stands without what it announces."""
    for kind, group in groupby(enumerate(pieces), key=lambda entry: entry[1].kind):
        run = [piece for _, piece in group]
        if kind == "step" and used.intersection(run) and not used.issuperset(run):
            return False
    after = zip(pieces, [*pieces[1:], None], strict=True)
    return not any(one in used and one.text.rstrip().endswith(":") and two not in used for one, two in after)


def _above(passage: Passage) -> str:
    return " ".join((passage.title, *passage.headings))


def _spaced(text: str) -> str:
    return " ".join(text.split())
