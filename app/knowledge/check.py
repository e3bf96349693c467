"""What is wrong with the knowledge, for its maintainers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from app.domain import LANGUAGES, Language
from app.errors import KnowledgeError
from app.knowledge.asked import FILE as ASKED
from app.knowledge.asked import asked_problems, read_asked
from app.knowledge.avoided_words import AvoidedWords
from app.knowledge.bare_figures import figure_problems
from app.knowledge.fact_checks import fact_problems
from app.knowledge.facts import MARK, Fact, load_facts
from app.knowledge.glossary import FILE as GLOSSARY
from app.knowledge.glossary import Glossary, double_words, load_glossary
from app.knowledge.owners import load_owners
from app.knowledge.page import TopicPage, read_topic_file
from app.knowledge.pairs import shared_headings, topic_problems
from app.knowledge.problem import Problem
from app.knowledge.reading import reading_problem
from app.knowledge.unclear import FILE as CLARIFY
from app.knowledge.unclear import load_unclear, unclear_problems

LONGEST_SECTION = 150  # words

Pages = Mapping[str, Mapping[Language, TopicPage]]


def check_knowledge(folder: Path, today: date | None = None) -> list[Problem]:
    """Every problem of a knowledge folder."""
    day = today or date.today()
    problems = _owner_problems(folder)
    try:
        facts = load_facts(folder)
    except KnowledgeError as error:  # one slip there, and every page would be said to name unknown facts
        message = f"{error} (the pages are checked once this is mended)"
        return [*problems, Problem("facts.toml", None, "bad_fact", message)]
    glossary = _glossary(folder, problems)
    pages = _read(folder, facts, problems)
    avoided = AvoidedWords(glossary) if glossary else None
    for topic, written in _topics(folder).items():
        versions = pages.get(topic, {})
        for language, page in versions.items():
            problems += _page_problems(page, written[language], day)
        problems += topic_problems(topic, written, versions)
        problems += _asked_problems(folder / topic / ASKED, versions)
        if avoided:
            problems += avoided.problems({language: (written[language], page) for language, page in versions.items()})
    problems += _clarify_problems(folder, pages)
    problems += shared_headings((_name(page.path, folder), page) for each in pages.values() for page in each.values())
    problems += (Problem(GLOSSARY, language, "double_term", what) for language, what in double_words(glossary))
    return problems + list(fact_problems(facts, used_facts(folder), _topics(folder), day))


def used_facts(folder: Path) -> set[str]:
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in _files(folder))
    return {name for text in texts for name, _ in MARK.findall(text)}


def _read(folder: Path, facts: Mapping[str, Fact], problems: list[Problem]) -> Pages:
    """The pages by topic and language; those that cannot be read become problems."""
    pages: dict[str, dict[Language, TopicPage]] = defaultdict(dict)
    for path in _files(folder):
        try:
            page = read_topic_file(path, facts)
        except KnowledgeError as error:
            problems.append(Problem(_name(path, folder), _language(path), _code(str(error)), str(error)))
        else:
            pages[page.front.topic][page.language] = page
    return pages


def _glossary(folder: Path, problems: list[Problem]) -> Glossary:
    try:
        return load_glossary(folder)
    except KnowledgeError as error:
        problems.append(Problem(GLOSSARY, None, "bad_glossary", str(error)))
        return {}


def _clarify_problems(folder: Path, pages: Pages) -> list[Problem]:
    sections = {
        (topic, section.anchor)
        for topic, versions in pages.items()
        for page in versions.values()
        for section in page.sections
    }
    try:
        return list(unclear_problems(load_unclear(folder), sections))
    except KnowledgeError as error:
        return [Problem(CLARIFY, None, "bad_clarify", str(error))]


def _owner_problems(folder: Path) -> list[Problem]:
    try:
        load_owners(folder)
    except KnowledgeError as error:
        return [Problem("owners.toml", None, "bad_owner", str(error))]
    return []


def _page_problems(page: TopicPage, path: str, today: date) -> Iterator[Problem]:
    if page.front.review_by and page.front.review_by <= today:
        yield Problem(path, page.language, "stale_page", f"was to be read again by {page.front.review_by}")
    if page.front.valid_until and page.front.valid_until < today:
        yield Problem(path, page.language, "expired_page", f"is not quoted since {page.front.valid_until}")
    yield from figure_problems(page, path, today)
    for section in page.sections:
        if (words := len(section.text.split())) > LONGEST_SECTION:
            message = f"{words} words; at most {LONGEST_SECTION}"
            yield Problem(path, page.language, "long_section", message, section.anchor)
    if hard := reading_problem(page, path):
        yield hard


def _asked_problems(path: Path, versions: Mapping[Language, TopicPage]) -> Iterator[Problem]:
    name = f"{path.parent.name}/{path.name}"
    try:
        questions = read_asked(path)
    except KnowledgeError as error:
        yield Problem(name, None, "bad_asked", str(error))
        return
    anchors = {section.anchor for page in versions.values() for section in page.sections}
    yield from asked_problems(name, questions, anchors)


def _code(message: str) -> str:
    patterns = {
        "template": "^still a template",
        "unknown_fact": "unknown fact",
        "duplicate_anchor": "duplicate anchor",
        "duplicate_topic": "duplicate topic",
        "bad_front_matter": "front matter|^topic is",
    }
    return next((code for code, pattern in patterns.items() if re.search(pattern, message)), "bad_page")


def _topics(folder: Path) -> dict[str, dict[Language, str]]:
    """The files of each topic, whether they can be read or not."""
    topics: dict[str, dict[Language, str]] = defaultdict(dict)
    for path in _files(folder):
        written = topics[path.parent.name]
        if language := _language(path):
            written[language] = _name(path, folder)
    return dict(sorted(topics.items()))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*/*.md") if path.is_file())


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _language(path: Path) -> Language | None:
    return next((language for language in LANGUAGES if language == path.stem), None)
