"""The last look at an answer: pure functions, no I/O. What does not hold is taken out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.domain import AnswerSentence, Language, Passage
from app.figures import checkable

Fault = Literal["no_evidence", "figure_not_in_evidence", "wrong_language", "empty"]


@dataclass(frozen=True, slots=True)
class Verified:
    """The sentences that hold, and those that do not with what is wrong."""

    sentences: tuple[AnswerSentence, ...]
    dropped: tuple[tuple[AnswerSentence, Fault], ...] = ()


def verify(
    sentences: Sequence[AnswerSentence],
    passages: Mapping[int, Passage],
    language: Language,
    detect: Callable[[str], Language] | None = None,
) -> Verified:
    """Keep the sentences that their evidence carries.

    Args:
        sentences: with the numbers of the passages that carry them.
        passages: by citation number.
        language: the asked one. A sentence that stands in its passage word for word may be in the passage's language.
        detect: the language of a sentence; left out, only figures and evidence are looked at.
    """
    found = [(sentence, fault(sentence, passages, language, detect)) for sentence in sentences]
    return Verified(
        tuple(sentence for sentence, wrong in found if wrong is None),
        tuple((sentence, wrong) for sentence, wrong in found if wrong is not None),
    )


def fault(
    sentence: AnswerSentence,
    passages: Mapping[int, Passage],
    language: Language,
    detect: Callable[[str], Language] | None = None,
) -> Fault | None:
    """What is wrong with one sentence, or None."""
    if not sentence.text.strip():
        return "empty"
    carried = [passages[number] for number in sentence.citations if number in passages]
    if not carried or len(carried) != len(sentence.citations):
        return "no_evidence"
    if any(_spaced(sentence.text) in _spaced(passage.text) for passage in carried):
        return None
    if not checkable(sentence.text) <= checkable(" ".join(_whole(passage) for passage in carried)):
        return "figure_not_in_evidence"
    if detect is not None and len(sentence.text.split()) >= 4 and detect(sentence.text) != language:
        return "wrong_language"
    return None


def _whole(passage: Passage) -> str:
    return " ".join((passage.title, *passage.headings, passage.text))


def _spaced(text: str) -> str:
    return " ".join(text.split())
