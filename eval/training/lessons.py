"""What the transformer is taught: sections in three languages, and questions with the sections that answer them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain import LANGUAGES, Language
from app.knowledge import load_facts, read_asked, read_topic_file
from eval.cases import Case

# Of a question that was asked from a title, or of which a story is told: there are fewer of them than of those that
# were written from the texts, and people ask so.
CASE_WEIGHT = 4.0


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
    topics that nothing may be learned of.
    """

    texts: tuple[str, ...]
    asked: tuple[Lesson, ...]
    left_out: frozenset[int]

    @property
    def count(self) -> int:
        return len(self.texts) // len(LANGUAGES)


def read_lessons(
    knowledge: Path, cases: Sequence[Case], left_out: frozenset[str], *, unanswered: bool = False
) -> Lessons:
    """Of the topics' pages, their headings and asked questions, and of training questions; with `unanswered` of those
    too that no section answers.
    """
    numbers: dict[str, int] = {}
    texts: list[str] = []
    asked: list[tuple[frozenset[str], str, Language, float]] = []
    for name, versions in _sections(knowledge):
        numbers[name] = len(numbers)
        texts += [text for _, text in versions]
        named = zip(LANGUAGES, versions, strict=True)
        asked += [(frozenset({name}), heading, language, 1.0) for language, (heading, _) in named]
    for folder in {name.split("#")[0]: None for name in numbers}:
        for question in read_asked(knowledge / folder / "asked.toml"):
            answering = frozenset({f"{folder}#{question.anchor}"} if question.anchor else ())
            if answering or folder not in left_out:
                asked.append((answering, question.text, question.language, 1.0))
    asked += _of_cases(case for case in cases if case.gold or case.topic not in left_out)
    unseen = {number for name, number in numbers.items() if name.split("#")[0] in left_out}
    lessons = []
    for answering, text, language, weight in asked:
        sections = frozenset(numbers[name] for name in answering if name in numbers) - unseen
        if sections or (unanswered and not answering):
            lessons.append(Lesson(text, language, sections, weight))
    return Lessons(tuple(texts), tuple(lessons), frozenset(unseen))


def _of_cases(cases: Iterable[Case]) -> Iterator[tuple[frozenset[str], str, Language, float]]:
    for case in cases:
        yield frozenset(case.gold), case.question, case.language, 1.0 if case.style == "training" else CASE_WEIGHT


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
