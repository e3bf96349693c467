"""HTML: the main part of a page with its headings, accordions, lists and tables, by selectolax."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.domain import LANGUAGES, Language
from app.errors import DocumentError
from ingest.dates import page_date, read_date
from ingest.document import Block, Extracted
from ingest.extract.lines import clean
from ingest.extract.rows import row_blocks

_SILENT = frozenset(
    """script style noscript template svg iframe form dialog select textarea img figure video audio
    canvas object head""".split()  # noqa: SIM905
)
_AROUND = frozenset({"nav", "header", "footer", "aside"})  # of the site, where the page has no <main>
_BLOCKS = frozenset(
    """p div section article main header footer aside ul ol li dl dt dd table thead tbody tr blockquote pre address
    details hr fieldset center""".split()  # noqa: SIM905
)
_AROUND_ROLES = frozenset({"navigation", "search", "dialog", "alertdialog", "banner", "contentinfo"})
# What is no part of a page's text says so in its class or id.
_AROUND_NAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|breadcrumbs?|skip-?(?:link|to)|nav|navbar|navigation|pagination|share|sharing)"
    r"(?=$|[\s_-])",
    re.I,
)
_ANCHOR = re.compile(r"[A-Za-z][\w.:-]{0,79}")
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}
_DEEPEST = 200  # elements: far more than any page, far less than the stack
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.I)
_ENTITY = re.compile(rb"<!ENTITY", re.I)
_SITE = re.compile(
    r"\s+[|–—-]\s+(?:[^|]*\b(?:Espoo|Esbo|Espoon|City|kaupunki|stad|Kela|FPA|InfoFinland|Migri)\b[^|]*)$"
)
_DATE_NAMES = (
    "article:modified_time",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "article:published_time",
    "dcterms.issued",
)


def extract_html(data: bytes, today: date) -> Extracted:
    if _ENTITY.search(data[:65536]):
        raise DocumentError("declares XML entities, which no web page needs (an entity bomb?)")
    page = LexborHTMLParser(_decode(data))
    meta = _meta(page)
    main = page.css_first("main, [role=main]") or _only_article(page)
    if page.body is None:
        raise DocumentError("no text")
    found = _walk(main, frozenset({"nav"})) if main else _walk(page.body, _AROUND)
    blocks, title = _titled(found, page)
    stamps = (page_date(_texts(part), today) for part in (found, _walk(page.body, frozenset())))
    dates = (read_date(meta[name], today) for name in _DATE_NAMES if name in meta)
    return Extracted(
        blocks=tuple(blocks),
        title=title,
        url=_url(page, meta),
        language=_language(page),
        as_of=next(filter(None, (*stamps, *dates)), None),
    )


@dataclass
class _Walk:
    """One pass over the tree. `text` gathers the words of the block that is open; `lists` the open lists."""

    skipped: frozenset[str]
    blocks: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    lists: list[list[int]] = field(default_factory=list)  # [is it numbered, the current number]
    level: int = 1

    def enter(self, node: LexborNode, depth: int) -> None:
        if depth > _DEEPEST:
            raise DocumentError("nested too deeply")
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text":
                self.text.append(child.text_content or "")
            elif tag in self.skipped or _is_around(child):
                continue
            elif tag in _HEADINGS or tag == "summary" or _opens_accordion(child):
                self._heading(child, tag)
            elif tag == "button":
                continue
            elif tag == "br":
                self.text.append(" ")
            elif tag == "table":
                self._table(child)
            elif tag in _BLOCKS:
                self._block(child, tag, depth)
            else:
                self.enter(child, depth + 1)

    def finish(self) -> list[Block]:
        self._flush()
        return self.blocks

    def _heading(self, node: LexborNode, tag: str) -> None:
        self._flush()
        text = _words(node.text(separator=" "))
        if tag in _HEADINGS:
            self.level = _HEADINGS[tag]
        if text:
            level = self.level if tag in _HEADINGS else min(self.level + 1, 4)
            self.blocks.append(Block("heading", text, level=level, anchor=self._anchor(node)))

    def _block(self, node: LexborNode, tag: str, depth: int) -> None:
        self._flush()
        if tag in ("ul", "ol"):
            self.lists.append([tag == "ol", 0])
        if tag == "li" and self.lists:
            self.lists[-1][1] += 1
        self.enter(node, depth + 1)
        self._flush()
        if tag in ("ul", "ol"):
            self.lists.pop()

    def _anchor(self, node: LexborNode) -> str:
        """The id, but not one that stands twice (browsers go to the first) or that would need escaping in a link."""
        anchor = node.attributes.get("id") or ""
        if not _ANCHOR.fullmatch(anchor) or any(block.anchor == anchor for block in self.blocks):
            return ""
        return anchor

    def _table(self, node: LexborNode) -> None:
        self._flush()
        rows = [[_words(cell.text(separator=" ")) for cell in row.css("td, th")] for row in node.css("tr")]
        self.blocks += row_blocks([row for row in rows if any(row)])

    def _flush(self) -> None:
        text = _words("".join(self.text))
        self.text.clear()
        if not text:
            return
        if not self.lists:
            self.blocks.append(Block("text", text))
        elif self.lists[-1][0]:
            self.blocks.append(Block("step", text, number=self.lists[-1][1]))
        else:
            self.blocks.append(Block("item", text))


def _walk(root: LexborNode, around: frozenset[str]) -> list[Block]:
    walk = _Walk(_SILENT | around)
    walk.enter(root, 0)
    return walk.finish()


def _texts(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if block.kind != "item"]


def _decode(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") or not declared else declared.group(1).decode("ascii")
    try:
        return clean(data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding))
    except (UnicodeDecodeError, LookupError):
        raise DocumentError(f"wrong encoding: not {encoding}") from None


def _is_around(node: LexborNode) -> bool:
    attributes = node.attributes
    if attributes.get("aria-hidden") == "true" or attributes.get("role") in _AROUND_ROLES:
        return True
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return bool(_AROUND_NAME.search(named)) and node.css_first("h1, main") is None


def _opens_accordion(node: LexborNode) -> bool:
    attributes = node.attributes
    if node.tag != "button" and attributes.get("role") != "button":
        return False
    return "aria-expanded" in attributes or "accordion" in (attributes.get("class") or "").lower()


def _only_article(page: LexborHTMLParser) -> LexborNode | None:
    articles = page.css("article")
    return articles[0] if len(articles) == 1 else None


def _titled(blocks: list[Block], page: LexborHTMLParser) -> tuple[list[Block], str]:
    """The blocks without the heading that repeats the title, and the title without the site's name."""
    node = page.css_first("head > title") or page.css_first("title")
    title = _SITE.sub("", _words(node.text())) if node else ""
    first = next((block for block in blocks if block.kind == "heading" and block.level == 1), None)
    if first and (not title or title.startswith(first.text)):
        return [block for block in blocks if block is not first], first.text
    return blocks, title


def _meta(page: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in page.css("meta[content]"):
        name = node.attributes.get("name") or node.attributes.get("property") or node.attributes.get("http-equiv")
        if name:
            found.setdefault(name.lower(), node.attributes.get("content") or "")
    return found


def _url(page: LexborHTMLParser, meta: dict[str, str]) -> str:
    link = page.css_first("link[rel=canonical]")
    candidates = (link.attributes.get("href") if link else "", meta.get("og:url", ""))
    return next((url for url in candidates if url and urlsplit(url).scheme in ("http", "https")), "")


def _language(page: LexborHTMLParser) -> Language | None:
    root = page.css_first("html")
    code = ((root.attributes.get("lang") if root else "") or "")[:2].lower()
    return next((language for language in LANGUAGES if language == code), None)


def _words(text: str) -> str:
    return " ".join(text.split())
