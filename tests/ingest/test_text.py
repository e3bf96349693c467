from __future__ import annotations

from datetime import date
from pathlib import Path, PurePath

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import Passage
from app.errors import DocumentError
from ingest.extract import extract
from ingest.extract.lines import join
from ingest.sections import make_document, slug
from ingest.split import LONGEST, split_document

TODAY = date(2026, 11, 22)
SLIDES = Path(__file__).parent / "pages" / "kotoutumisohjelma_2026_2028_fi.txt"

SWEDISH_PAGE = """Internationella relationer

Esbo är ett hem för invånare och företag från hela världen. Dessutom har över 420 utländska företag etablerat sig i \
Esbo. Esbo stad främjar internationalisering och arbetar för att stärka stadens attraktivitet och konkurrenskraft.

Esbo belönades som föregångarstad för livslångt lärande 29.9.2015
Esbo stad har fått Lärande stad -priset av Unesco för sina insatser för livslångt lärande under många år i rad.

Nyheter

RSS
 • Konferensen går av stapeln i Otnäs i Esbo 8–9.6.
 • Ungdomar i Esbos nordiska vänorter ordnar en egen vänortsträff i Esbo den 14. – 19.4.2015.
Publicerad 21.1.2013 kl. 8.34 , uppdaterad 18.4.2016 kl. 14.01

Målgrupp:
 • Elever och studerande,\u0020
 • Företag"""


def passages(name: str, data: bytes) -> list[Passage]:
    return split_document(make_document(f"docs/{name}", "docs", extract(PurePath(name), data, TODAY)))


def test_a_page_of_plain_text() -> None:
    found = passages("relationer_sv.txt", SWEDISH_PAGE.encode())
    assert {p.title for p in found} == {"Internationella relationer"}
    assert {p.as_of for p in found} == {date(2016, 4, 18)}
    assert {p.language for p in found} == {"sv"}
    assert [p.headings for p in found] == [
        (),
        ("Esbo belönades som föregångarstad för livslångt lärande 29.9.2015",),
        ("Nyheter",),
    ]
    assert [piece.kind for piece in found[2].pieces] == ["text", "item", "item"]
    assert not any("Publicerad" in p.text or "Företag" in p.text or "RSS" in p.text for p in found)
    assert found[0].publisher == "Esbo stad"
    assert found[0].id == "docs/relationer_sv.txt#internationella-relationer"


def test_slides_become_readable_passages() -> None:
    found = passages(SLIDES.name, SLIDES.read_bytes())
    by_heading = {p.heading: p for p in found}
    assert {p.title for p in found} == {"Espoon maahanmuutto- ja kotoutumisohjelma vuosille 2026-2028"}
    assert all(p.draft for p in found)
    pieces = [piece.text for piece in by_heading["Työllisyys"].pieces]
    assert "Kotoutumiskoulutukseen pääsee nopeasti. Tavoitteena korkeintaan 2 kk:n jonotusaika." in pieces
    assert "Asiakasmäärä kasvaa vuosittain 5 %" in pieces
    assert "Osallisuus" in by_heading
    assert "Ammatillisesta perustutkintokoulutuksesta valmistutaan ja työllistytään" in by_heading["OMNIA"].text
    assert by_heading["Alustava käsittelyaikataulu"].pieces[2].text == "Työllisyys- ja kotoutumisjaosto 24.8.2026"
    assert by_heading["LUVN"].text.endswith("päätöksentekoa.")
    assert by_heading["Vieraskieliset lapset ja nuoret voivat yhtä hyvin kuin suomen- / ruotsinkieliset"]
    assert not any("\u00a0" in p.text or "Kesken" in p.text for p in found)
    assert found[0].heading == "Espoo-tarinan maahanmuuttoon ja kotoutumiseen liittyvät tavoitteet"


def test_a_word_broken_at_the_lines_end_is_healed_and_a_real_hyphen_kept() -> None:
    assert join("perustutkintokoulutuk-", "sesta") == "perustutkintokoulutuksesta"
    assert join("S2-", "opintojen") == "S2-opintojen"
    assert join("19-20-", "vuotiaista") == "19-20-vuotiaista"
    assert join("seura-", "\u00a0ja yhdistys") == "seura- ja yhdistys"
    assert join("(S2) -", "opetuksessa") == "(S2) -opetuksessa"


def test_wrapped_paragraphs_are_joined_and_headings_found() -> None:
    text = """Moving to Espoo

When you move to Espoo, you must tell the authorities your new
address. The notification is made on the web, and it is free of
charge for everyone.

How to make the notification
You need bank codes. Fill in the form with care and send it no
later than one week after the move.
1. Log in to the service.
2. Fill in the form.
"""
    found = passages("moving.txt", text.encode())
    assert [p.heading for p in found] == ["Moving to Espoo", "How to make the notification"]
    assert "your new address. The notification is made on the web, and it is free of charge" in found[0].text
    assert [piece.kind for piece in found[1].pieces] == ["text", "text", "step", "step"]
    assert found[1].text.endswith("1. Log in to the service.\n2. Fill in the form.")


def test_each_language_of_a_bilingual_text_is_a_section() -> None:
    text = """Kirjasto – Bibliotek

Kirjasto on auki joka päivä ja sieltä voi lainata kirjoja maksutta kaikille lapsille ja aikuisille.

Biblioteket är öppet varje dag och där kan man låna böcker gratis för alla barn och vuxna.
"""
    assert [(p.language, p.publisher) for p in passages("kirjasto.txt", text.encode())] == [
        ("fi", "Espoon kaupunki"),
        ("sv", "Esbo stad"),
    ]


def test_a_short_section_of_a_trilingual_page_has_its_own_language() -> None:
    text = """# Kirjastokortti – Bibliotekskort – Library card

You get a library card free of charge at the library when you show an identity document with a photo.

## Maksut
Uusi kortti maksaa 3 euroa.

## Avgifter
Ett nytt kort kostar 3 euro.

## Fees
A new card costs 3 euros.
"""
    assert [p.language for p in passages("kirjasto.md", text.encode())] == ["en", "fi", "sv", "en"]


def test_lines_of_contacts_stay_apart() -> None:
    text = """Yhteystiedot

Uimahallien asiakaspalvelu, puh. 09 816 1234, uimahallit@espoo.fi
Simhallarnas kundservice, tfn 09 816 1234, simhallar@esbo.fi
"""
    assert [piece.text for piece in passages("halli.txt", text.encode())[0].pieces] == text.strip().split("\n")[2:]


def test_a_draft_mark_is_seen_and_an_ordinary_heading_is_not() -> None:
    body = b"\n\nThis is what the plan says about the matter in some detail, and it says it well.\n"
    assert passages("plan.md", b"# Plan\n\nDraft" + body)[0].draft
    assert passages("plan.md", b"# Plan (draft)" + body)[0].draft
    assert not passages("plan.md", b"# How to draft a letter" + body)[0].draft
    assert not passages("plan.md", "# Kesken jääneet opinnot".encode() + body)[0].draft


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=3000), st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_whatever_the_text_passages_are_short_and_lose_nothing_to_a_crash(text: str, name: str) -> None:
    try:
        found = passages(name, text.encode())
    except DocumentError:
        return
    assert len({p.id for p in found}) == len(found)
    assert all(0 < len(p.text.split()) <= LONGEST for p in found)
    assert all(p.pieces and p.digest for p in found)


def test_a_very_long_sentence_is_cut() -> None:
    found = passages("long.txt", ("Title\n\n" + "word, " * 1000).encode())
    assert all(len(p.text.split()) <= LONGEST for p in found)
    assert sum(p.text.count("word") for p in found) == 1000


def test_slugs() -> None:
    assert slug("Työllisyys ja yrittäjyys?") == "tyollisyys-ja-yrittajyys"
    assert slug("你好") == "text"


def test_a_table_of_blanks_keeps_every_row_under_its_heads() -> None:
    text = """Stamrenovering

Arbetet i en enskild lägenhet tar ungefär tio veckor.

Trappa    Start        Klart
A         5.5.2025     11.7.2025
D         22.9.2025    28.11.2025

Vatten och avlopp
Kallvattnet är avstängt endast under de tre första arbetsdagarna av arbetet i trappan.
"""
    pieces = [(piece.kind, piece.text) for found in passages("stam.txt", text.encode()) for piece in found.pieces]
    assert ("item", "A: Start 5.5.2025, Klart 11.7.2025") in pieces
    assert ("item", "D: Start 22.9.2025, Klart 28.11.2025") in pieces
    fees = """Fees

                  Hours per day     Fee per month
Full day          up to 9           465 euros
Three days        up to 9           360 euros

The fee includes breakfast.  It is paid every month.  Nappies
are brought from home.  A fee is paid once.  It is not refunded.
"""
    pieces = [(piece.kind, piece.text) for found in passages("fees.txt", fees.encode()) for piece in found.pieces]
    assert ("item", "Three days: Hours per day up to 9, Fee per month 360 euros") in pieces
    assert ("text", "The fee includes breakfast.") in pieces
