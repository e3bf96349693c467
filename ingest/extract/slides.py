"""Text torn from slides: headings without marks, wrapped lines, columns, page numbers.

What such text keeps of its layout: a slide ends with three blank lines or where a line starts with one space; each text
box is a group whose first line starts with one space; the cells of columns are separated by blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.document import Block
from ingest.extract.furniture import is_draft_mark
from ingest.extract.lines import ends_sentence, join_all

HEADING_WORDS, HEADING_LINES = 12, 4

_BOX = re.compile(r" [^\s•–-]")  # a text box begins
_BULLET = re.compile(r"^\s*[•▪◦‣●]\s*")
_PAGE_NUMBER = re.compile(r"(?<=[.!?])\s+\d{1,3}$|^\d{1,3}$")
_SENTENCE = re.compile(r"[.!?]$")
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
_NEXT_HEAD = re.compile(r"\s(?=[A-ZÅÄÖ])")


@dataclass
class _Group:
    """A text box: its cells, each a list of lines. `closed`: three blank lines or the end follow."""

    cells: list[list[str]] = field(default_factory=list)
    closed: bool = False


def looks_like_slides(lines: Sequence[str]) -> bool:
    """Short lines throughout, and at least three text boxes that begin right under a line of text."""
    lengths = [len(line) for line in lines if line.strip()]
    if not lengths or max(lengths) > 140:
        return False
    boxes = sum(bool(_BOX.match(line) and above.strip()) for above, line in pairwise(lines))
    return boxes >= 3 and boxes / len(lengths) > 0.02


def slide_blocks(lines: Sequence[str]) -> Iterator[Block]:
    """Slides as sections: their headings (level 2, one under it 3), then one item per cell."""
    waiting: list[Block] = []  # of a slide whose heading has not been seen: some come last
    headed = under_heading = False
    for group in _groups(lines):
        marks, cells = _without_marks(group)
        heading = "" if headed and group.closed else _heading(cells, group)
        if heading:
            blocks = [*marks, Block("heading", heading, level=3 if under_heading else 2)]
            yield from [*blocks, *waiting] if group.closed else [*waiting, *blocks]
            waiting, headed = [], not group.closed
        elif headed:
            yield from (*marks, *_blocks(cells, under_heading))
            headed = not group.closed
        else:
            waiting += [*marks, *_blocks(cells, False)]
        under_heading = bool(heading) and not group.closed
    yield from waiting


def _groups(lines: Sequence[str]) -> Iterator[_Group]:
    group = _Group()
    blanks = 3
    for line in (*lines, "", "", ""):
        if not line.strip():
            blanks += 1
            if blanks == 3 and group.cells:
                group.closed = True
                yield group
                group = _Group()
            continue
        if blanks == 0 and _BOX.match(line) and group.cells:
            yield group
            group = _Group()
        if blanks or not group.cells:
            group.cells.append([])
        group.cells[-1].append(line)
        blanks = 0


def _without_marks(group: _Group) -> tuple[list[Block], list[list[str]]]:
    """Draft marks apart; cells that are one sentence or a bare date joined to the one above."""
    marks: list[Block] = []
    cells: list[list[str]] = []
    for cell in group.cells:
        lines = [line for line in cell if not is_draft_mark(line)]
        marks += [Block("text", line.strip()) for line in cell if is_draft_mark(line)]
        if lines and cells and _goes_on(cells[-1][-1], lines[0]):
            cells[-1] += lines
        elif lines:
            cells.append(lines)
    return marks, cells


def _goes_on(above: str, line: str) -> bool:
    start = line.strip()
    if not any(character.isalpha() for character in start):
        return not _PAGE_NUMBER.match(start)  # a date, or a figure, belongs to what it stands under
    return not ends_sentence(above) and (start[0].islower() or start[0] in "/)–-,")


def _heading(cells: list[list[str]], group: _Group) -> str:
    """The group's text where it is a heading: one short cell, right above another text box or at the slide's end."""
    if len(cells) != 1 or len(cells[0]) > HEADING_LINES or len(group.cells) > 2:
        return ""
    text = join_all(cells[0])
    is_short = len(text.split()) <= HEADING_WORDS and not _SENTENCE.search(text) and not _BULLET.match(text)
    return text if is_short and any(map(str.isalpha, text)) else ""


def _blocks(cells: list[list[str]], under_heading: bool) -> Iterator[Block]:
    for number, cell in enumerate(cells):
        if number == 0 and under_heading and _are_column_heads(heads := join_all(cell)):
            yield Block("item", _NEXT_HEAD.sub(" · ", heads))
        else:
            yield from _cell_blocks(cell)


def _are_column_heads(text: str) -> bool:
    """Words without any mark, three to six of them with a capital, which are at least every second one."""
    words = text.split()
    capitals = sum(word[0].isupper() for word in words)
    bare = all(word.replace("-", "").isalpha() for word in words)
    return bare and words[0][0].isupper() and 3 <= capitals <= 6 and 2 * capitals >= len(words)


def _cell_blocks(lines: list[str]) -> Iterator[Block]:
    if _is_list(lines):
        parts = [[line] for line in lines]
    else:
        parts = [[lines[0]]]
        for line in lines[1:]:
            above = parts[-1][-1]
            # A line that the slide wrapped ends with a space; one that ends without is the end of a paragraph.
            ended = _SENTENCE.search(above) or _DATE.fullmatch(above.strip())
            if _BULLET.match(line) or (ended and line.strip()[0].isupper()):
                parts.append([line])
            else:
                parts[-1].append(line)
    for part in parts:
        text = _PAGE_NUMBER.sub("", _BULLET.sub("", join_all(part))).strip()
        if text:
            yield Block("text" if text.endswith(":") else "item", text)


def _is_list(lines: list[str]) -> bool:
    """Three or more lines that each begin with a capital and are no sentences."""
    stripped = [_BULLET.sub("", line.strip()) for line in lines]
    return len(lines) >= 3 and all(
        line[:1].isupper() and not ends_sentence(line) and line[-1] not in ",-" for line in stripped
    )
