"""What is wrong with the knowledge, file by file, for its maintainers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.domain import LANGUAGES, Language
from app.errors import KnowledgeError
from app.knowledge.facts import MARK, Fact, load_facts
from app.knowledge.owners import load_owners
from app.knowledge.page import TopicPage, read_topic_file

LONGEST_SECTION = 150  # words


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` is relative to the knowledge folder; `language` is empty where it concerns all."""

    path: str
    language: Language | None
    code: str
    message: str


def check_knowledge(folder: Path, today: date | None = None) -> list[Problem]:
    """Every problem of a knowledge folder, in the order of its files."""
    day = today or date.today()
    problems: list[Problem] = []
    facts = _facts(folder, problems)
    problems += _owner_problems(folder)
    topics: dict[str, dict[Language, TopicPage]] = defaultdict(dict)
    for path in _pages(folder):
        try:
            page = read_topic_file(path, facts)
        except KnowledgeError as error:
            problems.append(Problem(_name(path, folder), _language(path), _code(str(error)), str(error)))
        else:
            topics[page.front.topic][page.language] = page
            problems += _page_problems(page, folder, day)
    for topic in sorted(folder_topics(folder)):
        problems += _topic_problems(topic, folder, topics.get(topic, {}))
    return problems + list(_fact_problems(folder, facts, day))


def folder_topics(folder: Path) -> set[str]:
    return {path.parent.name for path in _pages(folder)}


def used_facts(folder: Path) -> set[str]:
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in _pages(folder))
    return {name for text in texts for name, _ in MARK.findall(text)}


def _facts(folder: Path, problems: list[Problem]) -> Mapping[str, Fact]:
    try:
        return load_facts(folder)
    except KnowledgeError as error:
        problems.append(Problem("facts.toml", None, "bad_fact", str(error)))
        return {}


def _owner_problems(folder: Path) -> list[Problem]:
    try:
        load_owners(folder)
    except KnowledgeError as error:
        return [Problem("owners.toml", None, "bad_owner", str(error))]
    return []


def _page_problems(page: TopicPage, folder: Path, today: date) -> Iterator[Problem]:
    name = _name(page.path, folder)
    if page.front.review_by and page.front.review_by <= today:
        yield Problem(name, page.language, "stale_page", f"was to be read again by {page.front.review_by}")
    if page.front.valid_until and page.front.valid_until < today:
        yield Problem(name, page.language, "expired_page", f"is not quoted since {page.front.valid_until}")
    for section in page.sections:
        words = len(section.text.split())
        if words > LONGEST_SECTION:
            message = f"#{section.anchor} has {words} words; at most {LONGEST_SECTION}"
            yield Problem(name, page.language, "long_section", message)


def _topic_problems(topic: str, folder: Path, pages: Mapping[Language, TopicPage]) -> Iterator[Problem]:
    for language in LANGUAGES:
        if not (folder / topic / f"{language}.md").is_file():
            message = f"the topic {topic} has no page in {language}"
            yield Problem(f"{topic}/{language}.md", language, "missing_translation", message)
    if not pages:
        return
    first = next(pages[language] for language in LANGUAGES if language in pages)
    expected = [section.anchor for section in first.sections]
    for language, page in pages.items():
        if (anchors := [section.anchor for section in page.sections]) != expected:
            lost, extra = sorted(set(expected) - set(anchors)), sorted(set(anchors) - set(expected))
            detail = f"missing: {', '.join(lost) or '-'}; not in {first.language}: {', '.join(extra) or '-'}"
            message = detail if lost or extra else "the order differs"
            yield Problem(_name(page.path, folder), language, "unpaired_anchors", message)


def _fact_problems(folder: Path, facts: Mapping[str, Fact], today: date) -> Iterator[Problem]:
    used = used_facts(folder)
    for name, fact in facts.items():
        if name not in used:
            yield Problem("facts.toml", None, "unused_fact", f"{name} is used by no text")
        if fact.review_by and fact.review_by <= today:
            yield Problem("facts.toml", None, "stale_fact", f"{name} was to be read again by {fact.review_by}")


def _code(message: str) -> str:
    patterns = {
        "unknown_fact": "unknown fact",
        "duplicate_anchor": "duplicate anchor",
        "duplicate_topic": "duplicate topic",
        "bad_front_matter": "front matter|^topic is",
    }
    return next((code for code, pattern in patterns.items() if re.search(pattern, message)), "bad_page")


def _pages(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*/*.md") if path.is_file())


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _language(path: Path) -> Language | None:
    return next((language for language in LANGUAGES if language == path.stem), None)
