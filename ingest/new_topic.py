"""The three files of a new topic, each saying what to write where."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from string import Template

from app.domain import LANGUAGES, Language, Owner
from app.errors import KnowledgeError
from app.knowledge import load_owners

TEMPLATES = Path(__file__).parent / "topic_template"
LONGEST_NAME = 60
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_REVIEW_MONTHS = 6
_PLACES: dict[Language, tuple[str, str]] = {
    "fi": ("Sivun otsikko", "Julkaisija"),
    "sv": ("Sidans rubrik", "Utgivare"),
    "en": ("The page's title", "Publisher"),
}


def write_topic(folder: Path, topic: str, owner: Owner, titles: Mapping[Language, str], today: date) -> list[Path]:
    """Make `<folder>/<topic>/` with its three files.

    Raises:
        KnowledgeError: the name is no good, the topic exists, or the files cannot be written.
    """
    _refuse(folder, topic)
    texts = {language: _text(folder, topic, owner, language, titles.get(language, ""), today) for language in LANGUAGES}
    paths = [folder / topic / f"{language}.md" for language in LANGUAGES]
    try:
        (folder / topic).mkdir()
        for path, text in zip(paths, texts.values(), strict=True):
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise KnowledgeError(f"{folder / topic} cannot be written: {error.strerror}.") from None
    return paths


def _refuse(folder: Path, topic: str) -> None:
    if not _NAME.fullmatch(topic) or len(topic) > LONGEST_NAME:
        raise KnowledgeError(
            f"“{topic}” is no name for a topic: at most {LONGEST_NAME} small letters a–z, digits and single hyphens,"
            " in English, such as parking-permits."
        )
    if not folder.is_dir():
        raise KnowledgeError(f"There is no folder {folder}.")
    if (folder / topic).exists():
        raise KnowledgeError(
            f"The topic {topic} exists already: {folder / topic}. Add a section there, or take another name."
        )


def _text(folder: Path, topic: str, owner: Owner, language: Language, title: str, today: date) -> str:
    place, publisher = _PLACES[language]
    return Template((TEMPLATES / f"{language}.md").read_text(encoding="utf-8")).substitute(
        topic=topic,
        owner=owner.value,
        title=_quoted(title.strip() or f"[[{place}]]"),
        publisher=_quoted(_publisher(folder, owner, language) or f"[[{publisher}]]"),
        review_by=_in_six_months(today).isoformat(),
    )


def _quoted(text: str) -> str:
    """As YAML reads it back, whatever is in it."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _publisher(folder: Path, owner: Owner, language: Language) -> str:
    if owner is Owner.OTHER:
        return ""
    try:
        return load_owners(folder).owners[owner].name.get(language, "")
    except KnowledgeError:
        return ""


def _in_six_months(today: date) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + _REVIEW_MONTHS, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
