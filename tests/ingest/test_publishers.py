"""Whose a document is that does not say it, and where it was taken from."""

from __future__ import annotations

from datetime import date
from pathlib import Path, PurePath

import pytest

from app.domain import Language, Owner
from ingest.extract import extract
from ingest.publishers import by_address
from ingest.sections import make_document

TODAY = date(2026, 12, 1)
KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


@pytest.mark.parametrize(
    ("url", "language", "name", "owner"),
    [
        ("", "sv", "Esbo stad", Owner.ESPOO),
        ("https://www.espoo.fi/en/libraries", "en", "City of Espoo", Owner.ESPOO),
        ("https://migri.fi/sv/avgifter", "sv", "Migrationsverket (Migri)", Owner.MIGRI),
        ("https://asiointi.kela.fi/hakemus", "fi", "Kela", Owner.KELA),
        ("https://www.hus.fi/potilaalle", "fi", "hus.fi", Owner.OTHER),
        ("https://notkela.fi/", "fi", "notkela.fi", Owner.OTHER),
    ],
)
def test_the_host_tells_whose_a_page_is(url: str, language: Language, name: str, owner: Owner) -> None:
    publisher = by_address(KNOWLEDGE)(url, language)
    assert (publisher.name, publisher.owner) == (name, owner)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "https://www.hus.fi/maksut\n\nMaksut\n\nPoliklinikan maksu on 46 euroa käynniltä.\n"),
        ("a.txt", "Maksut\n\nLähde: https://www.hus.fi/maksut\n\nPoliklinikan maksu on 46 euroa käynniltä.\n"),
        ("a.md", "---\nsource: https://www.hus.fi/maksut\n---\n# Maksut\n\nPoliklinikan maksu on 46 euroa.\n"),
        ("a.md", "https://www.hus.fi/maksut\n\n# Maksut\n\nPoliklinikan maksu on 46 euroa käynniltä.\n"),
    ],
)
def test_a_first_line_that_is_an_address_is_the_documents(name: str, text: str) -> None:
    document = make_document(name, "docs", extract(PurePath(name), text.encode(), TODAY), by_address(KNOWLEDGE))
    assert {section.url for section in document.sections} == {"https://www.hus.fi/maksut"}
    assert document.title == "Maksut"
    assert not any("hus.fi" in block.text for section in document.sections for block in section.blocks)


def test_underlined_lines_are_headings_and_credits_of_pictures_are_none() -> None:
    text = "Byte av körkort\n===============\n\nFoto: Petri Olli\n\nEU-land\n-------\nDu gör inget körprov.\n\nÖvriga länder\n~~~~~~~~~~~~~\nDu gör ett prov.\n"
    document = make_document("k.txt", "docs", extract(PurePath("k.txt"), text.encode(), TODAY))
    assert document.title == "Byte av körkort"
    assert [section.headings for section in document.sections] == [("EU-land",), ("Övriga länder",)]


def test_a_list_that_nothing_introduces_keeps_its_heading() -> None:
    """ "Exchange students" alone, of those who may not use a service, would say the opposite."""
    text = "# Right\n\n## Who may not use the service\n\n* exchange students\n* doctoral students\n"
    document = make_document("r.md", "docs", extract(PurePath("r.md"), text.encode(), TODAY))
    assert [block.text for block in document.sections[0].blocks] == [
        "Who may not use the service:", "exchange students", "doctoral students",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("a.md", "# Links\n\n* https://migri.fi/apply\n* https://kela.fi/apply\n", "https://migri.fi/apply"),
        ("a.md", "# Apply\n\nApply for the permit here:\n\nhttps://migri.fi/apply\n", "https://migri.fi/apply"),
    ],
)
def test_a_link_in_the_text_is_not_the_documents_address(name: str, text: str, kept: str) -> None:
    extracted = extract(PurePath(name), text.encode(), TODAY)
    assert extracted.url == ""
    assert any(kept in block.text for block in extracted.blocks)


def test_an_address_that_is_none_costs_nothing() -> None:
    text = "---\nurl: https://[bad\n---\n# Fees\n\nThe fee is 46 euros for a visit.\n"
    document = make_document("a.md", "docs", extract(PurePath("a.md"), text.encode(), TODAY), by_address(KNOWLEDGE))
    assert document.owner is Owner.ESPOO


@pytest.mark.parametrize(
    "line", ["Passport photo: 5 euros at the shop", "Bild: ett foto på dig själv", "Photo: " + "a" * 5_000 + "  b"]
)
def test_lines_on_pictures_that_say_something_stay(line: str) -> None:
    extracted = extract(PurePath("p.txt"), f"Bring these\n\n{line}\n\nCome to the desk in time.\n".encode(), TODAY)
    assert line.split()[0] in " ".join(block.text for block in extracted.blocks)


def test_what_stands_under_an_underlined_heading_begins_anew() -> None:
    extracted = extract(PurePath("e.txt"), "EU-land\n-----\neID behövs inte i detta fall.\n".encode(), TODAY)
    assert (extracted.title, [block.text for block in extracted.blocks]) == (
        "EU-land",
        ["eID behövs inte i detta fall."],
    )
