"""What the transformer is taught: sections in three languages, and questions with the sections that answer them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.domain import LANGUAGES, Language
from app.knowledge import load_facts, read_asked, read_topic_file
from eval.cases import Case

# Of a question that was asked from a title, or of which a story is told: there are fewer of them than of those that
# were written from the texts, and people ask so.
CASE_WEIGHT = 4.0
FRESH_WEIGHT = 3.0  # besides, of a question on a topic that was not taught before


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question and the numbers of the sections that answer it; of none where nothing does."""

    text: str
    language: Language
    sections: frozenset[int]
    weight: float


@dataclass(frozen=True, slots=True)
class Lessons:
    """`texts` of section n in language l stand at n * len(LANGUAGES) + l; `asked` teach, `left_out` are sections of
    topics that nothing may be learned of; `topics` are the others.
    """

    texts: tuple[str, ...]
    asked: tuple[Lesson, ...]
    left_out: frozenset[int]
    topics: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.texts) // len(LANGUAGES)


def read_lessons(
    knowledge: Path,
    cases: Sequence[Case],
    left_out: frozenset[str],
    *,
    unanswered: bool = False,
    before: frozenset[str] | None = None,
) -> Lessons:
    """Of the topics' pages, their headings and asked questions, and of training questions; with `unanswered` of those
    too that no section answers. Where the topics that were taught `before` are told, others weigh more.
    """
    numbers: dict[str, int] = {}
    texts: list[str] = []
    asked: list[_Asked] = []
    for name, versions in _sections(knowledge):
        numbers[name] = len(numbers)
        texts += [text for _, text in versions]
        named = zip(LANGUAGES, versions, strict=True)
        asked += [_Asked(_topic(name), frozenset({name}), heading, language, 1.0) for language, (heading, _) in named]
    topics = list(dict.fromkeys(_topic(name) for name in numbers))
    asked += [each for topic in topics for each in _listed(knowledge, topic) if each.answering or topic not in left_out]
    asked += _of_cases(case for case in cases if case.gold or case.topic not in left_out)
    unseen = {number for name, number in numbers.items() if _topic(name) in left_out}
    lessons = []
    for each in asked:
        sections = frozenset(numbers[name] for name in each.answering if name in numbers) - unseen
        if sections or (unanswered and not each.answering):
            fresh = before is not None and each.topic is not None and each.topic not in before
            weight = each.weight * (FRESH_WEIGHT if fresh else 1.0)
            lessons.append(Lesson(each.text, each.language, sections, weight))
    taught = tuple(topic for topic in topics if topic not in left_out)
    return Lessons(tuple(texts), tuple(lessons), frozenset(unseen), taught)


class _Asked(NamedTuple):
    topic: str | None
    answering: frozenset[str]
    text: str
    language: Language
    weight: float


def _topic(section: str) -> str:
    return section.split("#")[0]


def _listed(knowledge: Path, topic: str) -> Iterator[_Asked]:
    for question in read_asked(knowledge / topic / "asked.toml"):
        answering = frozenset({f"{topic}#{question.anchor}"} if question.anchor else ())
        yield _Asked(topic, answering, question.text, question.language, 1.0)


def _of_cases(cases: Iterable[Case]) -> Iterator[_Asked]:
    for case in cases:
        weight = 1.0 if case.style == "training" else CASE_WEIGHT
        yield _Asked(case.topic, frozenset(case.gold), case.question, case.language, weight)


def _sections(knowledge: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Section (`topic#anchor`), and its heading and text as a passage has it, by language."""
    facts = load_facts(knowledge)
    for folder in sorted(path for path in knowledge.iterdir() if (path / f"{LANGUAGES[0]}.md").is_file()):
        pages = [read_topic_file(folder / f"{language}.md", facts) for language in LANGUAGES]
        for versions in zip(*(page.sections for page in pages), strict=True):
            told = [
                (section.heading, f"{page.front.title}. {section.heading}. {section.text}")
                for page, section in zip(pages, versions, strict=True)
            ]
            yield f"{folder.name}#{versions[0].anchor}", told
