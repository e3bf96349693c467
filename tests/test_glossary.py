from __future__ import annotations

from pathlib import Path

import pytest

from app.domain import LANGUAGES, Language
from app.errors import KnowledgeError
from app.knowledge import check_knowledge, load_glossary
from tests.ingest.made import write_knowledge, write_page
from tests.problems import TODAY

GLOSSARY = """
[daycare-centre]
fi = "päiväkoti"
sv = "daghem"
en = "daycare centre"
also_fi = ["tarha"]
also_sv = ["dagis"]
avoid_fi = ["lastentarha"]
avoid_sv = ["förskola"]
avoid_en = ["preschool"]
why = "In Finland “förskola” is pre-primary education."

[pre-primary-education]
fi = "esiopetus"
sv = "förskoleundervisning"
en = "pre-primary education"
also_fi = ["eskari"]
also_sv = ["förskola"]

[personal-identity-code]
fi = "henkilötunnus"
sv = "personbeteckning"
en = "personal identity code"
also_en = ["social security number"]
avoid_fi = ["sosiaaliturvatunnus"]
avoid_sv = ["personnummer"]
avoid_en = ["social security number"]
why = "Sweden has personnummer."

[after-school-activities]
fi = "iltapäivätoiminta"
sv = "eftermiddagsverksamhet"
en = "after-school activities"
avoid_sv = ["fritids"]
why = "A word of Sweden."
"""


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    write_knowledge(folder)
    (folder / "glossary.toml").write_text(GLOSSARY, encoding="utf-8")
    return folder


def wrong(knowledge: Path) -> list[tuple[str, str]]:
    problems = check_knowledge(knowledge, TODAY)
    assert {problem.code for problem in problems} <= {"avoided_word"}
    return [(problem.place, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fi", "Kirjoita sosiaaliturvatunnuksesi lomakkeeseen."),
        ("fi", "Sosiaaliturvatunnusta kysytään usein."),
        ("sv", "Skriv ditt personnummer här."),
        ("sv", "Personnumret står på kortet."),
        ("en", "Write your social security number here."),
        ("en", "Social security numbers are secret."),
        ("fi", "Lastentarhaan haetaan ajoissa."),
        ("sv", "På fritids är det roligt."),
    ],
)
def test_an_avoided_word_is_found_in_any_form(knowledge: Path, language: Language, sentence: str) -> None:
    write_page(knowledge, "parking", language, how=sentence)
    ((place, message),) = wrong(knowledge)
    assert place == f"parking/{language}.md#how"
    assert "write “" in message


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fi", "Kirjoita henkilötunnuksesi lomakkeeseen."),
        ("sv", "På fritiden är det roligt."),  # another word, of which “fritids” is a form
        ("sv", "Skriv din personbeteckning, tidigare personnummer."),
        ("en", "The code was formerly a social security number."),
        ("fi", "Tunnus on entinen sosiaaliturvatunnus."),
        ("en", "Numbers of social security offices are on their pages."),
    ],
)
def test_what_is_no_wrong_use(knowledge: Path, language: Language, sentence: str) -> None:
    write_page(knowledge, "parking", language, how=sentence)
    assert wrong(knowledge) == []


def sections(knowledge: Path, **texts: str) -> None:
    for language, text in texts.items():
        write_page(knowledge, "parking", language, how=text)


def test_a_word_that_is_right_for_another_thing(knowledge: Path) -> None:
    """“Förskola” is wrong for a daycare centre and right for pre-primary education: the sister texts tell which it is."""
    sections(knowledge, fi="Hae paikkaa päiväkodista.", sv="Sök plats i en förskola.", en="Apply to a daycare centre.")
    ((place, message),) = wrong(knowledge)
    assert (place, "write “daghem”" in message) == ("parking/sv.md#how", True)
    sections(knowledge, fi="Esiopetus alkaa syksyllä.", sv="Förskolan börjar på hösten.", en="School begins.")
    assert wrong(knowledge) == []
    sections(
        knowledge, fi="Päiväkodissa on esiopetusta.", sv="I daghemmet finns förskola.", en="Daycare centres have it."
    )
    assert wrong(knowledge) == []


def test_without_a_glossary_there_is_nothing_to_check(knowledge: Path) -> None:
    (knowledge / "glossary.toml").unlink()
    assert load_glossary(knowledge) == {}
    assert wrong(knowledge) == []


def test_a_term_gives_its_names(knowledge: Path) -> None:
    term = load_glossary(knowledge)["daycare-centre"]
    assert [term.names(language) for language in LANGUAGES] == [
        ("päiväkoti", "tarha"),
        ("daghem", "dagis"),
        ("daycare centre",),
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('en = "daycare centre"\n', "", "daycare-centre: en: Field required"),
        ('sv = "daghem"', 'sv = " "', "daycare-centre: sv"),
        ('also_fi = ["tarha"]', 'also_fi = "tarha"', "daycare-centre: also_fi"),
        ('also_fi = ["tarha"]', 'allso_fi = ["tarha"]', "daycare-centre: allso_fi"),
        ('why = "A word of Sweden."', "", "after-school-activities: avoid_* needs a why"),
        ("[pre-primary-education]", "[daycare-centre]", "cannot be read"),
        ('fi = "päiväkoti"', "fi = päiväkoti", "cannot be read"),
    ],
)
def test_a_glossary_that_does_not_fit(knowledge: Path, old: str, new: str, reason: str) -> None:
    assert old in GLOSSARY
    (knowledge / "glossary.toml").write_text(GLOSSARY.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError) as refused:
        load_glossary(knowledge)
    assert reason in str(refused.value)
    assert [problem.code for problem in check_knowledge(knowledge, TODAY)] == ["bad_glossary"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('also_fi = ["eskari"]', 'also_fi = ["Tarha"]', "“tarha” belongs to daycare-centre, pre-primary-education"),
        ('fi = "esiopetus"', 'fi = "päiväkoti"', "“päiväkoti” belongs to daycare-centre, pre-primary-education"),
        ('avoid_sv = ["fritids"]', 'avoid_sv = ["Eftermiddagsverksamhet"]', "avoided for it"),
    ],
)
def test_terms_that_do_not_fit_together(knowledge: Path, old: str, new: str, reason: str) -> None:
    (knowledge / "glossary.toml").write_text(GLOSSARY.replace(old, new), encoding="utf-8")
    doubles = [problem for problem in check_knowledge(knowledge, TODAY) if problem.code == "double_term"]
    assert [reason in problem.message for problem in doubles] == [True]
