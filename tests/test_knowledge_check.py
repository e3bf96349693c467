"""The checks of `python -m ingest check` on pages: what each must find and what it must leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain import LANGUAGES, Language
from app.knowledge import ADVICE, check_knowledge
from app.knowledge.reading import HIGHEST_LIX, flesch, lix, read
from app.settings import PROJECT
from tests.ingest.made import write_page
from tests.problems import TODAY, found

# Neither hard nor bare of words: what a page says besides the sentence that a test is about.
FILLER: dict[Language, str] = {
    "fi": "Kysy lisää kaupungin neuvonnasta, jos et tiedä mitä sinun pitää tehdä.",
    "sv": "Fråga mer av stadens rådgivning, om du inte vet vad du ska göra.",
    "en": "Ask the city for advice if you do not know what you have to do.",
}
HARD: dict[Language, str] = {
    "fi": "Toimeentulotukihakemuksen käsittelyaikatauluun vaikuttavat hakemusasiakirjojen täydellisyys, viranomaisyhteistyön"
    " sujuvuus sekä asiakaskohtaisten selvityspyyntöjen toimittamisajankohta.",
    "sv": "Handläggningstiden för utkomststödsansökningar påverkas av ansökningshandlingarnas fullständighet, myndigheternas"
    " samarbetsförmåga samt tidpunkten för inlämnande av kompletterande utredningar beträffande levnadskostnader.",
    "en": "Determination of eligibility presupposes comprehensive documentation demonstrating uninterrupted residence,"
    " sufficient financial resources and compliance with the administrative obligations established by legislation.",
}


def test_the_shipped_knowledge_has_no_problems() -> None:
    """On the day when it was written: what has grown old since is for its maintainers, not for the tests."""
    problems = check_knowledge(PROJECT / "knowledge", TODAY)
    assert not [f"{problem.place}: {problem.code}: {problem.message}" for problem in problems]


def test_every_kind_of_problem_is_explained() -> None:
    readme = (PROJECT / "knowledge" / "README.md").read_text(encoding="utf-8")
    assert not [code for code in ADVICE if f"`{code}`" not in readme]


def test_a_heading_of_two_sections(knowledge: Path) -> None:
    write_page(knowledge, "parking", "sv", question2="hur  ansöker jag")
    write_page(knowledge, "parking", "fi", question2="Hur ansöker jag?")  # in another language it is another heading
    problem = found(knowledge, "shared_heading")[0]
    assert (problem.place, "daycare/sv.md#how" in problem.message) == ("parking/sv.md#how", True)


def test_a_version_that_says_much_less(knowledge: Path) -> None:
    for language in LANGUAGES:
        write_page(knowledge, "daycare", language, how=" ".join([FILLER[language]] * 5))
    found(knowledge)
    write_page(knowledge, "daycare", "sv", how=" ".join([FILLER["sv"]] * 2))
    problem = found(knowledge, "uneven_length")[0]
    assert (problem.place, problem.language) == ("daycare/sv.md#how", "sv")
    assert problem.message.startswith("sv is the shortest")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_is_hard_to_read(knowledge: Path, language: Language) -> None:
    for code in LANGUAGES:
        write_page(knowledge, "daycare", code, how=" ".join([FILLER[code]] * 9))
    found(knowledge)
    write_page(knowledge, "daycare", language, how=" ".join([HARD[language]] * 9))
    problem = next(problem for problem in check_knowledge(knowledge, TODAY) if problem.code == "hard_page")
    assert (problem.path, HARD[language][:40] in problem.message) == (f"daycare/{language}.md", True)
    assert f"at most {HIGHEST_LIX[language]}" in problem.message


def test_lix_and_flesch_are_what_their_formulas_give() -> None:
    sentences = [
        words for _, words in read("The cat sat on the mat. Reading difficult sentences (varhaiskasvatus) tires.", "en")
    ]
    assert [len(words) for words in sentences] == [6, 4]
    assert lix(sentences) == pytest.approx(10 / 2 + 100 * 3 / 10)
    assert flesch(sentences) == pytest.approx(206.835 - 1.015 * 5 - 84.6 * 16 / 10)


def test_lists_and_wrapped_lines_are_read_as_sentences() -> None:
    text = "Do **this** now,\nand well:\n\n1. Log in.\n2. Fill in {{fact.months}} forms"
    assert [sentence for sentence, _ in read(text, "en")] == ["Do this now, and well:", "Log in.", "Fill in {0} forms"]


def test_the_order_of_sections_differs(knowledge: Path) -> None:
    path = knowledge / "daycare" / "sv.md"
    text = path.read_text(encoding="utf-8").replace("{#when", "{#x").replace("{#how", "{#when").replace("{#x", "{#how")
    path.write_text(text, encoding="utf-8")
    assert found(knowledge, "unpaired_anchors")[0].message == "the order differs: #how stands where fi has #when"
