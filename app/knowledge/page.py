"""A knowledge file: front matter and sections, with the facts rendered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from app.domain import LANGUAGES, Language, Owner
from app.errors import KnowledgeError
from app.knowledge.facts import Fact, reasons, render_facts

Audience = Literal[
    "everyone",
    "worker",
    "jobseeker",
    "entrepreneur",
    "student",
    "family",
    "refugee",
    "eu-citizen",
    "returnee",
    "senior",
]
Day = Annotated[date | None, BeforeValidator(lambda value: value or None)]

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,4})[ \t]+(.*?)[ \t]*(?:\{([^}]*)\})?[ \t]*$", re.MULTILINE)
_ATTRIBUTES = re.compile(r"^#([a-z0-9][a-z0-9-]*)(?:\s+source=([\w.,-]+))?(?:\s+owner=([a-z-]+))?$")
_UNWRITTEN = re.compile(r"\[\[[^\[\]\n]*\]\]")
_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.DOTALL | re.MULTILINE)


class PageSource(BaseModel):
    """An official page behind the text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    url: str = Field(pattern=r"^https?://\S+$")
    title: str
    publisher: str
    language: str = ""
    as_of: Day = None


class FrontMatter(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    topic: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    owner: Owner
    audience: tuple[Audience, ...] = ()
    sources: tuple[PageSource, ...] = Field(min_length=1)
    checked_on: Day = None
    reviewed_by: Annotated[str, BeforeValidator(lambda value: value or "")] = ""
    review_by: Day = None
    valid_until: Day = None


@dataclass(frozen=True, slots=True)
class TopicSection:
    """One question with its answer, in Markdown. `written` is the text with its {{fact.…}} not yet filled in; `owner`
    is the page's, or the section's own.
    """

    anchor: str
    heading: str
    text: str
    sources: tuple[PageSource, ...]
    owner: Owner
    written: str


@dataclass(frozen=True, slots=True)
class TopicPage:
    path: Path
    language: Language
    front: FrontMatter
    sections: tuple[TopicSection, ...]


def read_topic_file(path: Path, facts: Mapping[str, Fact]) -> TopicPage:
    """Read `<topic>/<language>.md`.

    Raises:
        KnowledgeError: it breaks a rule of the format; the message says which.
    """
    language = next((code for code in LANGUAGES if code == path.stem), None)
    if language is None:
        raise KnowledgeError(f"the file's name must be fi.md, sv.md or en.md, not {path.name}")
    text = read_text(path)
    _refuse_template(text)
    values, body = read_front_matter(text)
    front = _checked(values)
    if front.topic != path.parent.name:
        if (path.parent.parent / front.topic / path.name).exists():
            raise KnowledgeError(
                f"duplicate topic: {front.topic} is both {path.parent.name} and {front.topic}/{path.name}"
            )
        raise KnowledgeError(f"topic is {front.topic}, but the folder is {path.parent.name}")
    return TopicPage(path, language, front, _sections(body, front, facts, language))


def read_text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"not UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise KnowledgeError(f"cannot be read: {error.strerror}") from None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def read_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The front matter's values and the text after it; no values where there is none.

    Raises:
        KnowledgeError: it does not parse.
    """
    if not text.startswith("---\n"):
        return {}, text
    match = _FRONT.match(text)
    if not match:
        raise KnowledgeError("the front matter has no end (a line with ---)")
    try:
        values = yaml.load(match.group(1), Loader=_PlainLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise KnowledgeError(f"the front matter does not parse: {_where(error)}") from None
    if values is not None and not isinstance(values, dict):
        raise KnowledgeError("the front matter is no list of fields")
    return {str(key): value for key, value in (values or {}).items()}, text[match.end() :]


def _where(error: Exception) -> str:
    """The line of the file, where YAML knows it, and what is wrong there."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 2}: {error.problem or error.context}"  # the first line is ---
    return " ".join(str(error).split())[:200]


class _PlainLoader(yaml.SafeLoader):
    """Without aliases: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: Any, index: int) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)


def _refuse_template(text: str) -> None:
    """`python -m ingest new` writes [[…]] wherever a person has to write: nothing of that is ever served."""
    if left := _UNWRITTEN.findall(text):
        raise KnowledgeError(f"still a template: {len(left)} places in [[…]] wait for text, the first is {left[0]}")


def _checked(values: dict[str, Any]) -> FrontMatter:
    if not values:
        raise KnowledgeError("no front matter")
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        raise KnowledgeError(f"front matter: {reasons(error)}") from None


def _sections(body: str, front: FrontMatter, facts: Mapping[str, Fact], language: Language) -> tuple[TopicSection, ...]:
    body = _FENCE.sub("", body)
    heads = list(_HEADING.finditer(body))
    if body[: heads[0].start() if heads else None].strip():
        raise KnowledgeError("text above the first section's heading")
    ends = [*(head.start() for head in heads[1:]), len(body)]
    sections = tuple(
        _rendered(_section(head, body[head.end() : end].strip(), front), facts, language)
        for head, end in zip(heads, ends, strict=True)
    )
    if not sections:
        raise KnowledgeError("no sections")
    anchors = [section.anchor for section in sections]
    if twice := next((anchor for anchor in anchors if anchors.count(anchor) > 1), None):
        headings = " and ".join(f"'{section.heading}'" for section in sections if section.anchor == twice)
        raise KnowledgeError(f"duplicate anchor: #{twice} stands at {headings}")
    return sections


def _rendered(section: TopicSection, facts: Mapping[str, Fact], language: Language) -> TopicSection:
    heading, text = (render_facts(part, facts, language) for part in (section.heading, section.written))
    return replace(section, heading=heading, text=text)


def _section(head: re.Match[str], text: str, front: FrontMatter) -> TopicSection:
    level, heading, attributes = head.groups()
    if len(level) != 2:
        raise KnowledgeError(f"a section's heading has two #, not {len(level)}: {heading}")
    match = _ATTRIBUTES.match(attributes or "")
    if not match or not heading:
        raise KnowledgeError(f"the heading has no {{#anchor source=id owner=name}}, the last two optional: {heading}")
    if not text:
        raise KnowledgeError(f"the section #{match.group(1)} is empty")
    known = {source.id: source for source in front.sources}
    named = match.group(2).split(",") if match.group(2) else [front.sources[0].id]
    if unknown := [name for name in named if name not in known]:
        raise KnowledgeError(f"the section #{match.group(1)} names an unknown source: {', '.join(unknown)}")
    if (owner := match.group(3) or front.owner) not in set(Owner):
        raise KnowledgeError(f"the section #{match.group(1)} names an unknown owner: {owner}")
    return TopicSection(match.group(1), heading, text, tuple(known[name] for name in named), Owner(owner), text)
