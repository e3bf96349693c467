"""Plain text, and the lines of a PDF: paragraphs, lists, and headings that carry no mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from ingest.dates import is_stamp
from ingest.document import Block, BlockKind, Extracted
from ingest.extract.lines import decode, ends_sentence, join
from ingest.extract.rows import with_rows
from ingest.extract.slides import looks_like_slides, slide_blocks

LONGEST_WRAPPED = 130  # characters: where lines are longer, each is a paragraph
LONGEST_PARAGRAPH = 10_000  # characters: more is no paragraph, but a file without structure
HEADING_WORDS, HEADING_CHARACTERS = 14, 110
LONG_WORDS = 12  # a line this long under a short one is text under a heading

_BULLET = re.compile(r"^\s*[•▪◦‣●○·∙*+–-]\s+")
_NUMBER = re.compile(
    r"^\s*(\d{1,2})[.)]\s+(?!\w+kuuta\b|januari|februari|mars|april|maj|ju[nl]i|augusti|\w+ber\b)(?=\S)", re.I
)
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,})\s*")
# Who took a picture: it is not in a text, and the line would be taken for a heading.
_CREDIT = re.compile(
    r"(?:[A-ZÅÄÖ]\S* ){0,3}"
    r"(?i:photo(?:graph(?:er)?)?|(?:vali|valo)?kuva(?:aja)?|foto(?:graf)?|bild|image)(?i: by| credit)?"
    r" ?: ?(?:© ?)?[A-ZÅÄÖ][^\W\d]*(?: (?:[A-ZÅÄÖ][^\W\d]*\.?|/|&|and|ja|och|av|de|van|von))+"
)
CREDIT_WORDS = 10
_DATES = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{4}|\b(?:19|20)\d\d\b")
_CONTACT = re.compile(r"@|https?:|www\.")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """`after_blank`: a blank line stands above. `underlined`: one of hyphens or equals signs below."""

    kind: BlockKind
    text: str
    number: int = 0
    after_blank: bool = False
    underlined: bool = False


def extract_text(data: bytes, today: date) -> Extracted:
    return from_lines(with_rows(decode(data).split("\n")))


def from_lines(lines: Sequence[str]) -> Extracted:
    """The title is the first short line; where the pages are slides, it is left to the caller."""
    if looks_like_slides(lines):
        return Extracted(tuple(slide_blocks(lines)))
    blocks = _headed(_paragraphs(lines))
    if blocks and blocks[0].kind == "heading":
        return Extracted(tuple(blocks[1:]), title=blocks[0].text)
    return Extracted(tuple(blocks))


def _paragraphs(lines: Sequence[str]) -> list[_Paragraph]:
    width = _width(lines)
    found: list[_Paragraph] = []
    last = ""  # the line above, empty where it is blank
    blank = True
    for line in lines:
        if _UNDERLINE.fullmatch(line) and found and _is_title(found[-1], last):
            found[-1] = replace(found[-1], kind="text", underlined=True)
        if not line.strip() or _UNDERLINE.fullmatch(line) or _is_credit(line):
            last, blank = "", True
            continue
        fresh = _paragraph(line, blank)
        goes_on = last and fresh.kind == "text" and width <= LONGEST_WRAPPED and _goes_on(last, line, width)
        if goes_on and len(found[-1].text) < LONGEST_PARAGRAPH:
            found[-1] = replace(found[-1], text=join(found[-1].text, line))
        else:
            found.append(fresh)
        last, blank = line, False
    return _rejoined(found) if width <= LONGEST_WRAPPED else found


def _width(lines: Sequence[str]) -> int:
    """The length that nine lines in ten keep to."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _paragraph(line: str, after_blank: bool) -> _Paragraph:
    if match := _NUMBER.match(line):
        return _Paragraph("step", _tidy(line[match.end() :]), int(match.group(1)), after_blank)
    if match := _BULLET.match(line):
        return _Paragraph("item", _tidy(line[match.end() :]), after_blank=after_blank)
    return _Paragraph("text", _tidy(line), after_blank=after_blank)


def _is_title(paragraph: _Paragraph, line: str) -> bool:
    """Whether an underlined line is a heading: alone in its paragraph, short, no sentence."""
    return paragraph.text == _tidy(line) and len(line) <= HEADING_CHARACTERS and not ends_sentence(line)


def _is_credit(line: str) -> bool:
    return len(line.split()) <= CREDIT_WORDS and bool(_CREDIT.fullmatch(line.strip()))


def _goes_on(above: str, line: str, width: int) -> bool:
    """Whether a line of wrapped text continues the one above."""
    if is_stamp(line) or is_stamp(above) or (_CONTACT.search(above.split()[-1]) and line.strip()[0].isupper()):
        return False
    length = len(above.rstrip())
    if ends_sentence(above):
        is_heading = len(line) < 0.6 * width and not ends_sentence(line) and line.strip()[0].isupper()
        return length > 0.75 * width and not above.rstrip().endswith(":") and not is_heading
    return length > 0.6 * width or not line.strip()[0].isupper()


def _rejoined(paragraphs: list[_Paragraph]) -> list[_Paragraph]:
    """A sentence that a page break or a stray blank line cut in two becomes one again."""
    whole: list[_Paragraph] = []
    for paragraph in paragraphs:
        headed = paragraph.underlined or (bool(whole) and whole[-1].underlined)
        goes_on = paragraph.kind == "text" and paragraph.text[0].islower() and not headed
        if whole and goes_on and len(whole[-1].text) < LONGEST_PARAGRAPH and not ends_sentence(whole[-1].text):
            whole[-1] = replace(whole[-1], text=join(whole[-1].text, paragraph.text))
        else:
            whole.append(paragraph)
    return whole


def _headed(paragraphs: list[_Paragraph]) -> list[Block]:
    blocks = []
    for place, paragraph in enumerate(paragraphs):
        following = paragraphs[place + 1 : place + 3]
        worded = replace(paragraph, kind="text") if _is_chapter(paragraph, following) else paragraph
        if paragraph.underlined or (_could_be_heading(worded) and (place == 0 or _stands_over(following))):
            blocks.append(Block("heading", paragraph.text, level=2))
        else:
            blocks.append(Block(paragraph.kind, paragraph.text, number=paragraph.number))
    return list(_numbered_groups(blocks))


def _is_chapter(paragraph: _Paragraph, following: Sequence[_Paragraph]) -> bool:
    """A numbered line over a long text is a chapter's heading, over anything else a step."""
    is_over_text = bool(following) and following[0].kind == "text" and _is_long(following[0])
    return paragraph.kind == "step" and is_over_text


def _could_be_heading(paragraph: _Paragraph) -> bool:
    text = paragraph.text
    return (
        paragraph.kind == "text"
        and len(text.split()) <= HEADING_WORDS
        and 3 <= len(text) <= HEADING_CHARACTERS
        and not text.endswith((".", ",", ":", ";", "!", "-"))
        and (text[0].isupper() or text[0].isdigit())
        and not is_stamp(text)
        and not _CONTACT.search(text)
        and sum(character.isdigit() for character in _DATES.sub("", text)) < 5
    )


def _stands_over(following: Sequence[_Paragraph]) -> bool:
    if not following:
        return False
    below = following[0]
    if below.kind != "text" or ends_sentence(below.text) or _is_long(below) or _CONTACT.search(below.text):
        return True
    # A heading over a heading: only with air between, so that the lines of an address stay an address.
    return below.after_blank and _could_be_heading(below) and _stands_over(following[1:])


def _is_long(paragraph: _Paragraph) -> bool:
    return len(paragraph.text.split()) > LONG_WORDS


def _numbered_groups(blocks: list[Block]) -> Iterator[Block]:
    """A numbered line over bullets names a group of them: no step of a procedure."""
    for block, below in pairwise([*blocks, None]):
        assert block is not None
        if block.kind == "step" and below and below.kind == "item" and not ends_sentence(block.text):
            yield Block("item", block.text)
        else:
            yield block


def _tidy(line: str) -> str:
    return " ".join(line.split())
