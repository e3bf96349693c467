"""A draft that holds (retrieve, the gate, quote, verify), and what a language model may write from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from app.answer.generating import Task, chosen_passages
from app.answer.quoting import CLOSE_ON_PAGE, Draft, quote, with_more
from app.asked_amount import asks_price, says_price
from app.clauses import MOST, clauses_of, stand_alone_clauses
from app.domain import Evidence, Language, Passage, Question, Retrieved, Understood
from app.emergency import helping_sections
from app.library import Shelf
from app.masking import mask
from app.scorer import Scorer
from app.stopwatch import Stopwatch
from app.subject import has_subject_of_its_own
from app.verify import verify

# Share of the threshold below which a clause stays open though its nearest section is quoted. At 0.4 a reader found two
# answers of a hundred with a false "no answer"; in a clause alone, without its story, the probability is low.
OPEN = 0.2
# The estimate was learned of three languages. Of 320 questions in 20 others what is quoted answers .58 of those with an
# estimate of .53 and more, .78 from here on; a wrong answer counted as two refusals, .75 to .85 cost least.
OTHERS_THRESHOLD = 0.8
FIRST = 6  # of the sections found, in which help is looked for where only a turn before told of danger
BEGINS = 3  # words of an earlier question, by which a wording that leans on it is told
EARLIER = 3  # questions before that a language model sees


def find_and_quote(
    understood: Understood, shelf: Shelf, today: date, stopwatch: Stopwatch
) -> tuple[Retrieved, Draft | None]:
    """What was found, and the answer in quoting mode; None where the evidence is not enough."""
    text, language = understood.standalone, understood.language
    found, draft = _found_and_quoted(text, language, shelf, today, stopwatch)
    if understood.other_language:
        return found, draft if found.probability >= OTHERS_THRESHOLD else None
    before, clauses = _clauses(understood)
    if not clauses:
        return found, draft
    searched = stand_alone_clauses(clauses[:MOST])
    told = [_found_and_quoted(f"{before}{one}", language, shelf, today, stopwatch) for one in searched]
    if draft is None:  # one of the things that are asked may be known all the same
        found, draft = max(told, key=lambda one: (one[1] is not None, one[0].probability))
    if draft is None:
        return found, None
    for clause, (_, other) in zip(clauses, told, strict=False):
        if other and (clause == clauses[0] or has_subject_of_its_own(clause) or _same_page(other, draft)):
            draft = with_more(draft, other)
    return found, replace(draft, open_clauses=tuple(_open(clauses, told, draft, shelf.scorer)))


def _clauses(understood: Understood) -> tuple[str, list[str]]:
    """The questions of this turn, and what stands before them where it leans: what was asked earlier is not open."""
    text, clauses = understood.standalone, clauses_of(understood.standalone, understood.language)
    begins = " ".join(understood.earlier.split()[:BEGINS])
    if not begins or not text.startswith(begins):
        return "", clauses
    own = [clause for clause in clauses if clause in understood.text]
    return (text.partition(own[0])[0], own) if len(own) > 1 else ("", [])


def quote_help(understood: Understood, found: Retrieved, shelf: Shelf, today: date) -> Draft | None:
    """What helps in the danger that a message tells of, where nothing else answers it: of the sections on it the one
    that was found, else the first. Where a turn before told of it, only what was found: this one may ask for anything.
    """
    text, language = understood.standalone, understood.language
    sections = helping_sections(understood.emergency or understood.told_before)
    nearest = found.evidence if understood.emergency else found.evidence[:FIRST]
    near = [e.passage for e in nearest if (e.passage.topic, e.passage.anchor) in sections]
    if understood.emergency:
        near += [p for section in sections if (p := shelf.retriever.section(*section, language, today))]
    else:
        near.sort(key=lambda passage: sections.index((passage.topic or "", passage.anchor)))
    passage = next((passage for passage in near if passage.language == language), None)
    draft = quote(text, [Evidence(passage, 0.0, 0.0)], language, shelf.encode, today) if passage else None
    return _verified(draft, text, language) if draft else None


def is_wanted(draft: Draft, understood: Understood) -> bool:
    """Whether an answer may stand below a call for help: something else is asked too, or it is of a page on the danger.
    What only came near by its words (noise in the house, for a child that is beaten next door) misleads.
    """
    pages = {topic for topic, _ in helping_sections(understood.emergency or understood.told_before)}
    return understood.besides or draft.passages[0].topic in pages


def _open(
    clauses: Sequence[str], told: Sequence[tuple[Retrieved, Draft | None]], draft: Draft, scorer: Scorer
) -> Iterator[str]:
    """Clauses whose sections are not quoted: nothing was found for them, it did not fit, or they were not searched."""
    yield from clauses[len(told) :]
    for clause, (found, other) in zip(clauses, told, strict=False):
        quoted = other.passages if other else _nearest(found)
        near = any(passage in draft.passages for passage in quoted)
        if not near or (other is None and found.probability < OPEN * scorer.threshold_for(found)):
            yield clause


def _same_page(other: Draft, draft: Draft) -> bool:
    """Of a clause that says no matter ("and what do we do first?") another page is hardly the answer."""
    return not {p.document_id for p in other.passages}.isdisjoint(p.document_id for p in draft.passages)


def _nearest(found: Retrieved) -> list[Passage]:
    """The best section, and those that are hardly worse."""
    best = found.evidence[0].score if found.evidence else 0.0
    return [evidence.passage for evidence in found.evidence if best - evidence.score < CLOSE_ON_PAGE]


def _found_and_quoted(
    text: str, language: Language, shelf: Shelf, today: date, stopwatch: Stopwatch
) -> tuple[Retrieved, Draft | None]:
    found = shelf.find(text, language, today)
    stopwatch.lap("retrieve")
    sure = shelf.scorer.is_sure(found)
    draft = quote(text, found.evidence, language, shelf.encode, today) if sure else None
    stopwatch.lap("answer")
    draft = _verified(draft, text, language) if draft else None
    stopwatch.lap("verify")
    return found, draft


def writing_task(
    question: Question, understood: Understood, shelf: Shelf, found: Retrieved, quoted: Draft, published: frozenset[str]
) -> Task:
    """What the language model is asked: masked text, and sections of which the first are those that were quoted."""
    earlier = (mask(turn.question, keep=published).text for turn in question.history[-EARLIER:])
    passages = chosen_passages(found.evidence, quoted.passages)
    sure = sum(passage in quoted.passages for passage in passages)
    return Task(understood.standalone, tuple(earlier), understood.language, passages, sure, shelf.verifier)


def _verified(draft: Draft, text: str, language: Language) -> Draft | None:
    passages: dict[int, Passage] = dict(enumerate(draft.passages, start=1))
    held = verify(draft.sentences, passages, language).sentences
    if asks_price(text) and not says_price(" ".join(sentence.text for sentence in held)):
        return None
    return replace(draft, sentences=held) if held else None
