"""Whether a new build may be switched to: it finds its own passages, and each topic by the topic's first question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain import Language, Passage
from app.embedding import Embedder
from app.errors import BuildError
from app.index import Build, FloatArray
from app.lexical import Analyser

SAMPLE = 50  # passages
MOST_LOST = 0.1  # of the sample: among many texts that are nearly the same, an approximate search misses some
NEAREST = 5


@dataclass(frozen=True)
class SmokeQuestion:
    """The first heading of a topic's page, as a question that the page must answer."""

    topic: str
    language: Language
    document_id: str
    vector: FloatArray
    tokens: tuple[str, ...]


def smoke_questions(passages: Sequence[Passage], embedder: Embedder, analyser: Analyser) -> list[SmokeQuestion]:
    """One for each page of a topic; none for other documents."""
    pages: dict[str, Passage] = {}
    for passage in passages:
        if passage.topic:
            pages.setdefault(passage.document_id, passage)
    vectors = embedder.encode_queries([passage.heading for passage in pages.values()])
    return [
        SmokeQuestion(
            passage.topic or "",
            passage.language,
            passage.document_id,
            vector,
            tuple(analyser.tokens(passage.heading, passage.language)),
        )
        for passage, vector in zip(pages.values(), vectors, strict=True)
    ]


def verify(build: Build, questions: Sequence[SmokeQuestion]) -> None:
    """Refuse a build that does not find what it holds.

    Raises:
        BuildError: the message names the first passage or topic that is not found.
    """
    rows = range(0, len(build.passages), max(1, len(build.passages) // SAMPLE))
    lost = [row for row in rows if build.vectors[row].any() and not _finds_itself(build, row)]
    if len(lost) > MOST_LOST * len(rows):
        raise BuildError(
            f"The new build does not find its own passage {build.passages[lost[0]].id} "
            f"({len(lost)} of {len(rows)} tried). Nothing was switched."
        )
    if unfound := list(_unfound(build, questions)):
        raise BuildError(
            "\n".join(
                f"The new build does not find the topic {question.topic} by its first heading in {question.language}: "
                f"{question.document_id} is not among the first {NEAREST}."
                for question in unfound
            )
            + "\nNothing was switched. Say in these headings what the page is about, in people's own words."
        )


def _finds_itself(build: Build, row: int) -> bool:
    found = build.nearest(build.vectors[row], build.passages[row].language, 3)
    # Equal texts stand in for each other: their vectors are the same.
    return any(hit == row or cosine > 0.9999 for hit, cosine in found)


def _unfound(build: Build, questions: Sequence[SmokeQuestion]) -> Iterator[SmokeQuestion]:
    """Those that neither side of the search finds; retrieval itself uses both."""
    for question in questions:
        dense = build.nearest(question.vector, question.language, NEAREST)
        lexical = build.lexical(question.language).search(question.tokens, NEAREST)
        rows = build.rows[question.language]
        found = {row for row, _ in dense} | {rows[place] for place, _ in lexical}
        if question.document_id not in {build.passages[row].document_id for row in found}:
            yield question
