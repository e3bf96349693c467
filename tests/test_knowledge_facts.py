"""The checks of `python -m ingest check` on figures and facts: what each must find and what it must leave alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.domain import LANGUAGES, Language
from app.knowledge import load_facts, read_topic_file
from app.knowledge.bare_figures import bare_figures
from tests.ingest.made import write_page
from tests.problems import found

FIGURES: dict[Language, list[str]] = {
    "fi": ["Maksu on 35 euroa.", "Maksu on 35 €.", "Saat 20 % alennuksen.", "Soita 09 816 21000.", "Soita +358 9 816 21.",
           "Kirjoita osoitteeseen info@espoo.fi.", "Osoite on 02770 Espoo.", "Palvelu on avoinna klo 9–15.", "Avoinna 9.00.",
           "Hae viimeistään 31.3.", "Hae 31.3.2026 mennessä.", "Hae 15. maaliskuuta.", "Hae 4 kuukautta ennen.",
           "Odota 3–5 päivää.", "Yli 18-vuotiaille.", "Jos täytät 18, hae itse.", "Kurssi on 5 opintopistettä.", "Soita 116117.", "Ennen 4. raskauskuukautta."],
    "sv": ["Avgiften är 35 euro.", "Du får 20 procent rabatt.", "Ring 029 151 2000.", "Skriv till info@esbo.fi.",
           "Öppet kl. 9–15.", "Ansök senast 31.3.", "Ansök den 15 mars.", "Ansök 4 månader före.", "Vänta 3–5 dagar.",
           "För barn under 7 år.", "För 18-åringar: när du fyller 18.", "Kursen är 5 studiepoäng.", "Ring 116117.", "Uppsägningstiden är 1 kalendermånad."],
    "en": ["The fee is 35 euros.", "The fee is €35.", "You get 20% off.", "Call 0295 419 600.", "Write to info@espoo.fi.",
           "Open from 9:00.", "Open at 9 am.", "Apply by 31 March.", "Apply by March 31.", "Apply 4 months before.",
           "Wait 10 working days.", "For children under 7.", "When you turn 18, apply.", "An 18-year-old may apply.", "From the age of 65.", "The notice is 1 calendar month."],
}  # fmt: skip

NO_FIGURES: dict[Language, list[str]] = {
    "fi": ["Täytä lomake 6150.", "Täytä 6150 ja 5057.", "Lomakkeet SV 157 ja Y 77.", "Kotoutumislaki (681/2023) kertoo.", "Soita 112.",
           "Taso on A2.2 tai B1.", "Luokilla 1–6.", "Vuonna 2026 haku alkoi.", "Vuoden 2026 verokortti.",
           "Suomi toisena kielenä (S2).", "112 Suomi -sovellus", "Hae {{fact.daycare_months}} kuukautta ennen."],
    "sv": ["Fyll i blankett 6150e.", "Blanketterna SV 157r och Y 77.", "Integrationslagen (681/2023).", "Till årskurs 1 i Wilma.",
           "Nivån är A2.2 eller B1.", "Regeringen har under 2026 berett en lag.", "I årskurs 1–6.", "Ring 112.",
           "Senast {{fact.daycare_months}} månader före.", "Läsåret 2025–2026 började i augusti."],
    "en": ["Fill in the form 6150e.", "Forms SV 157e and Y 77e.", "The Integration Act (681/2023).", "Call 112.",
           "The level is A2.2 or B1.", "In 2026 enrolment began.", "Grades 1–6 and S2.", "Under the Act 301/2004 Migri decides.",
           "At least {{fact.daycare_months}} months before.", "The school year 2025-2026 has begun.", "Open 24/7."],
}  # fmt: skip

# Problems only where no source of the section has a date of the last two years.
SOFT: dict[Language, list[str]] = {
    "fi": ["Odota kaksi viikkoa.", "Kesäkuussa 2025 laki muuttui.", "Se kestää viidessä päivässä."],
    "sv": ["Vänta två veckor.", "I juni 2025 ändrades lagen.", "Inom fem dagar får du svar."],
    "en": ["Wait two weeks.", "In June 2025 the law changed.", "You have one month to act."],
}


def section_figures(knowledge: Path, language: Language, sentence: str, *, soft: bool) -> list[str]:
    path = write_page(knowledge, "daycare", language, how=sentence)
    section = read_topic_file(path, load_facts(knowledge)).sections[1]
    return bare_figures(section, language, soft=soft)


@pytest.mark.parametrize(("language", "sentence"), [(code, text) for code in LANGUAGES for text in FIGURES[code]])
def test_a_figure_outside_facts(knowledge: Path, language: Language, sentence: str) -> None:
    assert len(section_figures(knowledge, language, sentence, soft=False)) >= 1


@pytest.mark.parametrize(("language", "sentence"), [(code, text) for code in LANGUAGES for text in NO_FIGURES[code]])
def test_a_number_that_is_no_figure(knowledge: Path, language: Language, sentence: str) -> None:
    assert section_figures(knowledge, language, sentence, soft=True) == []


@pytest.mark.parametrize(("language", "sentence"), [(code, text) for code in LANGUAGES for text in SOFT[code]])
def test_a_soft_figure_needs_a_dated_source(knowledge: Path, language: Language, sentence: str) -> None:
    assert section_figures(knowledge, language, sentence, soft=False) == []
    assert len(section_figures(knowledge, language, sentence, soft=True)) == 1


@pytest.mark.parametrize(
    ("as_of", "codes"),
    [("2026-01-09", set()), ("2024-01-09", {"figure_outside_facts"}), ("", {"figure_outside_facts"})],
)
def test_the_age_of_a_sections_source_decides_on_soft_figures(knowledge: Path, as_of: str, codes: set[str]) -> None:
    write_page(knowledge, "daycare", "en", how="You have two weeks to act.", as_of=as_of)
    problems = found(knowledge, *codes)
    assert all(problem.place == "daycare/en.md#how" and "“two weeks”" in problem.message for problem in problems)


def add_facts(knowledge: Path, tables: str) -> None:
    """Facts, and a sentence that uses them all."""
    path = knowledge / "facts.toml"
    path.write_text(path.read_text(encoding="utf-8") + tables, encoding="utf-8")
    names = [line.strip("[]") for line in tables.splitlines() if line.startswith("[")]
    for language in LANGUAGES:
        page = write_page(knowledge, "daycare", language)
        marks = " ".join(f"{{{{fact.{name}}}}}" for name in names)
        page.write_text(page.read_text(encoding="utf-8") + f"\n{marks}\n", encoding="utf-8")


def fact(name: str, value: object, kind: str = "number", **more: str) -> str:
    fields: Mapping[str, str] = {
        "source": "https://www.espoo.fi/a",
        "publisher": "City of Espoo",
        "as_of": "2026-01-09",
        **more,
    }
    written = value if not isinstance(value, str) else f'"{value}"'
    lines = [f"{key} = {text}" if key == "as_of" else f'{key} = "{text}"' for key, text in fields.items() if text]
    return "\n".join([f"[{name}]", f"value = {written}", f'kind = "{kind}"', *lines, "", ""])


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (fact("daycare_age", 3, as_of=""), "undated_fact"),
        (fact("daycare_age", 3, as_of="2024-01-01"), "old_fact"),
        (
            fact("daycare_name", "{ fi = '1 a', sv = '1 b', en = '1 c' }", kind="text", as_of="")
            .replace('"{', "{")
            .replace('}"', "}"),
            "undated_fact",
        ),
        (fact("daycare_age", 3, as_of="", law="Act 1/2020", source=""), "undated_fact"),
    ],
)
def test_a_fact_needs_a_date_of_the_last_two_years(knowledge: Path, table: str, code: str) -> None:
    add_facts(knowledge, table)
    assert "daycare_" in found(knowledge, code)[0].message


@pytest.mark.parametrize(
    "table",
    [
        fact("daycare_phone", "09 816 21000", kind="phone", as_of=""),
        fact("daycare_phone", "09 816 21000", kind="phone", as_of="2020-01-01"),
        fact("daycare_email", "a@espoo.fi", kind="email", as_of=""),
        fact("daycare_address", "Kamreerintie 3", kind="address", as_of=""),
        fact("daycare_age", 3, as_of="", law="Early Childhood Education Act (540/2018)"),
        fact("daycare_age", 3, as_of="2024-11-23"),
    ],
)
def test_a_fact_that_needs_none(knowledge: Path, table: str) -> None:
    add_facts(knowledge, table)
    found(knowledge)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (fact("daycare_phone", "09 816 21", kind="phone"), fact("parking_phone", "+358 981 621", kind="phone")),
        (fact("daycare_email", "A@espoo.fi", kind="email"), fact("parking_email", "a@espoo.fi", kind="email")),
        (
            fact("daycare_address", "Tie 3,  Espoo", kind="address"),
            fact("parking_place", "Tie 3, Espoo", kind="address"),
        ),
    ],
)
def test_one_contact_under_two_names(knowledge: Path, one: str, two: str) -> None:
    add_facts(knowledge, one + two.replace("City of Espoo", "HUS"))
    problem = found(knowledge, "duplicate_fact")[0]
    assert "daycare_" in problem.message and "parking_" in problem.message
    assert "different publishers: City of Espoo, HUS" in problem.message


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            fact("daycare_permit_years", 4, unit="years"),
            fact("permit_daycare_years", 6, unit="years", source="https://x.fi/"),
        ),
        (
            fact("daycare_fee_max", 311, kind="money"),
            fact("daycare_club_fee_max", 335, kind="money", source="https://x.fi/"),
        ),
        (fact("daycare_notice_months", 1, unit="months"), fact("parking_notice_months", 2, unit="months, at least")),
        (
            fact("daycare_kela_phone", "020 634 0200", kind="phone"),
            fact("parking_kela_phone", "020 634 0300", kind="phone"),
        ),
    ],
)
def test_conflicting_facts(knowledge: Path, one: str, two: str) -> None:
    write_page(knowledge, "parking", "en")
    for language in LANGUAGES:  # a topic whose name holds another's
        page = write_page(knowledge, "daycare", language)
        club = knowledge / "daycare-club" / f"{language}.md"
        club.parent.mkdir(exist_ok=True)
        text = page.read_text(encoding="utf-8").replace("topic: daycare", "topic: daycare-club")
        club.write_text(text.replace("## ", "## Club: "), encoding="utf-8")
    add_facts(knowledge, one + two)
    assert len(found(knowledge, "conflicting_facts")) == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        # Of one topic: their names tell them apart.
        (fact("parking_months", 3, unit="months"), fact("parking_months_longer", 6, unit="months")),
        # The same sort of figure, of another matter and from another page.
        (fact("daycare_child_age", 17, unit="years"), fact("parking_child_age", 18, unit="years", source="https://migri.fi/")),
        (fact("daycare_permanent_years", 6, unit="years"), fact("parking_permanent_years", 5, unit="years", source="https://x.fi/")),
        # Another unit, or one value.
        (fact("daycare_notice", 1, unit="months"), fact("parking_notice", 14, unit="days")),
        (fact("daycare_notice_months", 1, unit="months"), fact("parking_notice_months", 1, unit="months")),
    ],
)  # fmt: skip
def test_facts_that_do_not_conflict(knowledge: Path, one: str, two: str) -> None:
    add_facts(knowledge, one + two)
    found(knowledge)


def test_a_slip_in_the_facts_is_the_only_thing_said(knowledge: Path) -> None:
    path = knowledge / "facts.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[parking_price]", "[daycare_months]"), encoding="utf-8")
    (problem,) = found(knowledge, "bad_fact")
    assert "facts.toml cannot be read" in problem.message
