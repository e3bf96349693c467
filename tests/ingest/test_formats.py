from __future__ import annotations

import io
import struct
import zipfile
from copy import deepcopy
from datetime import date
from pathlib import PurePath

import docx
import pytest
from pypdf import PdfReader, PdfWriter

from app.errors import DocumentError
from ingest.document import Extracted
from ingest.extract import extract
from tests.ingest.made import pdf, with_part, word

TODAY = date(2026, 11, 22)
WORD = word(("Heading 1", "Services"), ("Normal", "The desk helps everybody who moves to Espoo."))

HTML = """<!doctype html><html lang="sv"><head><title>Ansök om dagvård | Esbo stad</title>
<link rel="canonical" href="https://www.espoo.fi/sv/dagvard"><meta property="article:modified_time" content="2020-01-01">
</head><body><header><h1>Esbo</h1><p>Meny</p></header><nav><ul><li>Hem</li></ul></nav>
<main><h1>Ansök om dagvård</h1><p>Ansök i tid,<br>senast fyra månader före.</p>
<h2 id="hur">Hur ansöker jag?</h2><ol><li>Logga in.</li><li>Fyll i.</li></ol>
<details><summary>Vad kostar det?</summary><p>Avgiften beror på inkomsten.</p></details>
<h3><button aria-expanded="false">Vem hjälper?</button></h3><div hidden><p>Servicehandledningen hjälper.</p></div>
<table><tr><th>Dag</th><th>Tid</th></tr><tr><td>Måndag</td><td>9–15</td></tr></table>
<button>Dela</button><script>alert(1)</script></main>
<footer><p>Uppdaterad <time datetime="2025-03-04">4.3.2025</time></p></footer></body></html>"""

AROUND = """<html><body class="cookie-consent-given"><div class="cookie-banner"><p>Vi använder kakor.</p></div>
<div id="site-nav"><ul><li>Hem</li></ul></div><div role="search"><p>Sök</p></div><a class="skip-link">Till innehållet</a>
<div class="main nav-open"><h1>Skolstart</h1><p>Barnet börjar skolan vid sju.</p>
<div role="button" aria-expanded="false" id="mer">Hur anmäler jag?</div><p>I Wilma.</p>
<h2 id="mer">Mer</h2><p>En till.</p><div class="share"><p>Dela</p></div></div></body></html>"""


def read(name: str, data: bytes) -> Extracted:
    return extract(PurePath(name), data, TODAY)


def outline(extracted: Extracted) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in extracted.blocks]


def test_html() -> None:
    page = read("a.html", HTML.encode())
    assert (page.title, page.url, page.language) == ("Ansök om dagvård", "https://www.espoo.fi/sv/dagvard", "sv")
    assert page.as_of == date(2025, 3, 4)
    assert outline(page) == [
        ("text", "Ansök i tid, senast fyra månader före."),
        ("heading", "Hur ansöker jag?"),
        ("step", "Logga in."),
        ("step", "Fyll i."),
        ("heading", "Vad kostar det?"),
        ("text", "Avgiften beror på inkomsten."),
        ("heading", "Vem hjälper?"),
        ("text", "Servicehandledningen hjälper."),
        ("item", "Dag: Tid"),
        ("item", "Måndag: 9–15"),
    ]
    assert page.blocks[1].anchor == "hur"


def test_what_stands_around_a_page_without_main_is_left_out() -> None:
    page = read("a.html", AROUND.encode())
    assert outline(page) == [
        ("text", "Barnet börjar skolan vid sju."),
        ("heading", "Hur anmäler jag?"),
        ("text", "I Wilma."),
        ("heading", "Mer"),
        ("text", "En till."),
    ]
    assert [block.anchor for block in page.blocks if block.kind == "heading"] == ["mer", ""]


def test_html_in_a_declared_old_encoding() -> None:
    data = '<html><head><meta charset="iso-8859-1"></head><body><p>Päiväkoti on täynnä.</p></body></html>'
    assert read("a.html", data.encode("iso-8859-1")).blocks[0].text == "Päiväkoti on täynnä."


def test_markdown() -> None:
    text = "---\ntitle: Oma otsikko\nupdated: 2025-05-01\nurl: https://www.espoo.fi/x\n---\n# Muu\n\nTeksti [linkki](http://x.fi).\n\n## Osa {#osa}\n\n* yksi\n* kaksi\n\n| a | b |\n|---|---|\n| c | d |\n"
    page = read("a.md", text.encode())
    assert (page.title, page.as_of, page.url) == ("Oma otsikko", date(2025, 5, 1), "https://www.espoo.fi/x")
    assert outline(page)[1:] == [
        ("text", "Teksti linkki."),
        ("heading", "Osa"),
        ("item", "yksi"),
        ("item", "kaksi"),
        ("item", "a: b"),
        ("item", "c: d"),
    ]


def test_pdf() -> None:
    page = read(
        "a.pdf",
        pdf(
            "Swimming halls in Espoo",
            "The city has several swimming halls that are open to everybody",
            "on each day of the week except on public holidays.",
            "Prices",
            "The price list is at the counter of each hall and on the web.",
            "Updated 3.2.2026",
            "1",
        ),
    )
    assert page.title == "Swimming halls in Espoo"
    assert page.as_of == date(2026, 2, 3)
    assert outline(page) == [
        (
            "text",
            "The city has several swimming halls that are open to everybody on each day of the week except on public "
            "holidays.",
        ),
        ("heading", "Prices"),
        ("text", "The price list is at the counter of each hall and on the web."),
    ]


def test_running_heads_of_a_pdf_go_and_numbered_headings_stay() -> None:
    pages = [
        (
            "Esbo stad 2026",
            heading,
            f"The {word} kind of service helps everybody who moves to the city of Espoo with a family.",
            f"Guide | {n} (4)",
        )
        for n, (heading, word) in enumerate(
            (("1. Advice", "first"), ("2. Permits", "second"), ("3. Work", "third"), ("Annex 4", "last")), start=1
        )
    ]
    page = read("a.pdf", pdf(pages=pages))
    headings = [page.title, *(block.text for block in page.blocks if block.kind == "heading")]
    assert not [text for text in (page.title, str(page.blocks)) if "Esbo stad" in text or "Guide" in text]
    assert headings == ["Advice", "Permits", "Work", "Annex 4"]
    assert sum("kind of service" in block.text for block in page.blocks) == 4


def test_word() -> None:
    data = word(
        ("Title", "Guide"),
        ("Heading 1", "Steps"),
        ("List Number", "Log in."),
        ("List Number", "Send."),
        ("List Bullet", "A note."),
        rows=[("Monday", "9–15")],
    )
    page = read("a.docx", data)
    assert page.title == "Guide"
    assert outline(page) == [
        ("heading", "Steps"),
        ("step", "Log in."),
        ("step", "Send."),
        ("item", "A note."),
        ("item", "Monday: 9–15"),
    ]
    assert [block.number for block in page.blocks[1:3]] == [1, 2]


def test_a_wide_table_gives_each_cell_with_its_head() -> None:
    rows = [("Paikka", "Arkisin", "Sunnuntai"), ("Kirjasto", "8–20", "8–20"), ("2", "9–16", "")]
    expected = [
        ("item", "Kirjasto: Arkisin 8–20, Sunnuntai 8–20"),
        ("item", "Paikka 2: Arkisin 9–16"),
    ]
    html = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    markdown = "\n".join("|" + "|".join(row) + "|" for row in (rows[0], "---", *rows[1:]))
    assert outline(read("a.docx", word(rows=rows))) == expected
    assert outline(read("a.html", f"<table>{html}</table>".encode())) == expected
    assert outline(read("a.md", markdown.encode())) == expected


def test_word_lists_made_without_a_style_and_tables_within_tables() -> None:
    document = docx.Document()
    document.add_paragraph("Log in.", style="List Number")
    document.add_paragraph("With bank codes.", style="List Bullet")
    for text, style in (("Send.", "List Number"), ("A note.", "List Bullet")):
        numbering = document.styles[style].element.pPr.numPr
        document.add_paragraph(text)._p.get_or_add_pPr().append(deepcopy(numbering))
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).text = "Phone"
    table.cell(0, 1).merge(table.cell(0, 2)).add_table(1, 1).cell(0, 0).text = "09 816 00"
    data = io.BytesIO()
    document.save(data)
    page = read("a.docx", data.getvalue())
    assert [(block.kind, block.text, block.number) for block in page.blocks] == [
        ("step", "Log in.", 1),
        ("item", "With bank codes.", 0),
        ("step", "Send.", 2),
        ("item", "A note.", 0),
        ("item", "Phone: 09 816 00", 0),
    ]


def bomb() -> bytes:
    return with_part(WORD, "word/media/x.xml", b"0" * 300 * 2**20)


def lying_bomb() -> bytes:
    """The directory says 10 bytes, the part unpacks to 70 MB."""
    data = bytearray(with_part(WORD, "word/z.bin", b"0" * 70 * 2**20))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<L", 10)
    return bytes(data)


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", pdf("Some text")[:-200], "truncated"),
        ("a.pdf", pdf("Some text", password="x"), "encrypted"),
        ("a.pdf", pdf(), "scan"),
        ("a.pdf", b"PK\x03\x04 not a pdf", "no PDF"),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n99999\n%%EOF", "damaged"),
        ("a.txt", "Päiväkoti".encode("latin-1"), "wrong encoding"),
        ("a.txt", b"\x00\x01\x02\x03 binary", "wrong encoding"),
        ("a.md", b"---\ntitle: [unclosed\n---\ntext", "front matter"),
        ("a.md", b"---\ntitle: no end\ntext", "front matter"),
        ("a.md", b"---\na: &a [x, x]\nb: &b [*a, *a]\n---\ntext", "front matter"),
        ("a.md", b"# Only a heading\n", "no text"),
        ("a.docx", b"not a zip", "no Word file"),
        ("a.docx", WORD[:-100], "no Word file"),
        ("a.docx", bomb(), "zip bomb"),
        ("a.docx", lying_bomb(), "damaged"),
        ("a.docx", with_part(WORD, "word/document.xml", LAUGHS), "entity bomb"),
        ("a.docx", with_part(WORD, "word/document.xml", b"<broken"), "damaged"),
        ("a.html", LAUGHS + b"<p>text</p>", "entity bomb"),
        ("a.html", b"<div>" * 5000 + b"text" + b"</div>" * 5000, "nested"),
        ("a.html", b"<html><script>x()</script></html>", "no text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_files_are_refused_with_a_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read(name, data)


def test_a_pdf_that_only_its_owner_may_change_is_read() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Everybody may read this text."))))
    writer.encrypt("", owner_password="x", algorithm="AES-256")
    data = io.BytesIO()
    writer.write(data)
    assert "Everybody" in str(read("a.pdf", data.getvalue()))


def test_the_word_file_of_the_tests_is_no_bomb() -> None:
    assert zipfile.is_zipfile(io.BytesIO(WORD))
    assert outline(read("a.docx", WORD))[0] == ("heading", "Services")
