"""What stands on a page without being its text: dates, draft marks, target groups, feed links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ingest.dates import is_stamp, page_date
from ingest.document import Block, Extracted

_DRAFT_ALONE = re.compile(
    r"\W*(?:kesken(?:eräinen)?|alustava|luonnos|utkast|preliminär|draft|preliminary)(?:\s+v?\d[\d.]*)?\W*", re.I
)
# "Kesken" and "draft" begin ordinary headings too ("Kesken jääneet opinnot"), the others hardly ever do.
_DRAFT_TITLE = re.compile(
    r"^(?:alustava|luonnos|utkast|preliminär)\b"
    r"|^draft(?:\s*[:–—-]|\s+(?:version|plan|programme|proposal|report)\b)"
    r"|\((?:kesken|keskeneräinen|alustava|luonnos|utkast|preliminär|draft|preliminary)\)"
    r"|[-–—:,]\s*(?:kesken|luonnos|alustava|utkast|draft)$",
    re.I,
)
_GROUPS = re.compile(r"(?:målgrupp(?:er)?|kohderyhmät?|target groups?|audience)\s*:?", re.I)
_NOISE = re.compile(
    r"(?:rss|jaa|dela|share|tulosta|skriv ut|print|takaisin ylös|tillbaka till toppen|back to top"
    r"|lue lisää|läs mer|read more)",
    re.I,
)
_FIRST = 3  # blocks in which a mark inside a line is taken for one of the document


def without_furniture(extracted: Extracted, today: date) -> Extracted:
    """The same without such blocks; `as_of` and `draft` are taken from them where the file's metadata is silent."""
    blocks = extracted.blocks
    as_of = page_date((block.text for block in blocks if block.kind != "item"), today)
    kept = tuple(_without_noise(_without_groups(blocks)))
    return replace(
        extracted,
        blocks=kept,
        as_of=extracted.as_of or as_of,
        draft=extracted.draft or bool(_DRAFT_TITLE.search(extracted.title)) or _is_draft(blocks),
    )


def is_draft_mark(line: str) -> bool:
    return bool(_DRAFT_ALONE.fullmatch(line))


def _is_draft(blocks: tuple[Block, ...]) -> bool:
    leading = [block for number, block in enumerate(blocks) if block.kind == "heading" or number < _FIRST]
    return any(is_draft_mark(block.text) for block in blocks) or any(
        _DRAFT_TITLE.search(block.text) for block in leading if len(block.text.split()) <= 14
    )


def _without_groups(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Drop "Målgrupp:" with the list under it."""
    dropping = False
    for block in blocks:
        if _GROUPS.fullmatch(block.text.strip()):
            dropping = True
        elif not (dropping and block.kind == "item"):
            dropping = False
            yield block


def _without_noise(blocks: Iterator[Block]) -> Iterator[Block]:
    for block in blocks:
        text = block.text.strip()
        if text and not (is_stamp(text) or is_draft_mark(text) or _NOISE.fullmatch(text)):
            yield block
