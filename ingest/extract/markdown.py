"""Markdown: headings, paragraphs, lists and tables, by markdown-it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.domain import LANGUAGES
from app.errors import DocumentError
from app.knowledge import read_front_matter
from ingest.dates import read_date
from ingest.document import Block, Extracted
from ingest.extract.lines import decode
from ingest.extract.rows import row_blocks

_ATTRIBUTES = re.compile(r"\s*\{#([\w-]+)[^}]*\}\s*$")


def extract_markdown(data: bytes, today: date) -> Extracted:
    front, body = read_front_matter(decode(data))
    blocks = tuple(markdown_blocks(body))
    title = str(front.get("title") or "")
    first = next((block for block in blocks if block.kind == "heading" and block.level == 1), None)
    if first and (not title or title == first.text):
        title, blocks = first.text, tuple(block for block in blocks if block is not first)
    dates = [read_date(str(front[key]), today) for key in ("as_of", "updated", "modified", "date") if front.get(key)]
    return Extracted(
        blocks=blocks,
        title=title,
        url=_url(front),
        language=next((code for code in LANGUAGES if front.get("language", front.get("lang")) == code), None),
        as_of=next(filter(None, dates), None),
        valid_until=_last_day(front),
        draft=bool(front.get("draft")),
    )


def markdown_blocks(text: str) -> Iterator[Block]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    lists: list[tuple[bool, int]] = []  # per open list: is it numbered, and the number of its current item
    rows: list[list[str]] = []
    in_table = False
    for place, token in enumerate(tokens):
        if token.type in ("ordered_list_open", "bullet_list_open"):
            ordered = token.type.startswith("ordered")
            lists.append((ordered, int(token.attrGet("start") or 1) - 1 if ordered else 0))
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            lists[-1] = (lists[-1][0], lists[-1][1] + 1)
        elif token.type == "table_open":
            in_table, rows = True, []
        elif token.type == "table_close":
            in_table = False
            yield from row_blocks(rows)
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            if in_table:
                rows[-1].append(_plain(token))
            elif plain := _plain(token):
                yield _block(plain, tokens[place - 1], lists)


def _block(plain: str, opening: Token, lists: list[tuple[bool, int]]) -> Block:
    if opening.type == "heading_open":
        match = _ATTRIBUTES.search(plain)
        heading = Block("heading", _ATTRIBUTES.sub("", plain), level=int(opening.tag[1]))
        return replace(heading, anchor=match.group(1)) if match else heading
    if lists:
        ordered, number = lists[-1]
        return Block("step", plain, number=number) if ordered else Block("item", plain)
    return Block("text", plain)


def _plain(token: Token) -> str:
    parts: list[str] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return " ".join("".join(parts).split())


def _url(front: dict[str, Any]) -> str:
    url = str(front.get("url") or front.get("canonical") or front.get("source") or "")
    return url if url.startswith(("http://", "https://")) else ""


def _last_day(front: dict[str, Any]) -> date | None:
    if not front.get("valid_until"):
        return None
    day = read_date(str(front["valid_until"]), date.max)
    if day is None:
        raise DocumentError("front matter: valid_until is no date")
    return day
