from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import LANGUAGES, Language, Owner
from app.errors import KnowledgeError
from app.knowledge import (
    Fact,
    check_knowledge,
    load_facts,
    load_owners,
    read_front_matter,
    read_topic_file,
    render_facts,
)
from app.knowledge.facts import format_fact
from ingest.split import split_document
from ingest.topics import make_topic_document
from tests.ingest.made import write_knowledge, write_page

TODAY = date(2026, 11, 22)


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    write_knowledge(folder)
    return folder


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", 1234.5, ("1 234,5", "1 234,5", "1,234.5")),
        ("number", 4, ("4", "4", "4")),
        ("money", 5.2, ("5,20 euroa", "5,20 euro", "5.20 euros")),
        ("money", 1, ("1 euro", "1 euro", "1 euro")),
        ("money", 1250, ("1 250 euroa", "1 250 euro", "1,250 euros")),
        ("percent", 19, ("19 %", "19 %", "19%")),
        ("percent", 7.5, ("7,5 %", "7,5 %", "7.5%")),
        ("date", date(2026, 8, 1), ("1.8.2026", "1.8.2026", "1 August 2026")),
        ("date", "2026-08-01", ("1.8.2026", "1.8.2026", "1 August 2026")),
        ("time", "09:00", ("9.00", "9.00", "9:00")),
        ("phone", "09 8164 1234", ("09 8164 1234",) * 3),
        ("text", {"fi": "kyllä", "sv": "ja", "en": "yes"}, ("kyllä", "ja", "yes")),
    ],
)
def test_facts_are_written_as_each_language_writes_them(kind: str, value: object, expected: tuple[str, ...]) -> None:
    fact = Fact.model_validate({"kind": kind, "value": value})
    assert tuple(format_fact(fact, language) for language in LANGUAGES) == expected


def test_facts_are_put_into_texts() -> None:
    facts = {"fee": Fact(kind="money", value=5.2)}
    assert render_facts("Maksu on {{fact.fee}}, {{ fact.fee|number }} euron maksu.", facts, "fi") == (
        "Maksu on 5,20 euroa, 5,20 euron maksu."
    )


@pytest.mark.parametrize(
    "text", ["{{fact.none}}", "{{fact.fee|long}}", "{{fee}}", "{{fact.fee", "fact.fee}}", "{fact.fee}"]
)
def test_what_is_no_fact_is_refused(text: str) -> None:
    with pytest.raises(KnowledgeError):
        render_facts(text, {"fee": Fact(kind="money", value=5.2)}, "fi")


@pytest.mark.parametrize(
    "table",
    [
        'kind = "number"\nvalue = "four"',
        'kind = "money"\nvalue = "5"',
        'kind = "text"\nvalue = { fi = "kyllä" }',
        'kind = "date"\nvalue = "1.8.2026"',
        'kind = "colour"\nvalue = 1',
        "value = 1",
        'kind = "number"\nvalue = 1\nas_off = 2026-01-01',
    ],
)
def test_a_fact_that_does_not_fit_is_named(tmp_path: Path, table: str) -> None:
    (tmp_path / "facts.toml").write_text(f"[odd_fact]\n{table}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="odd_fact"):
        load_facts(tmp_path)


def test_a_page(knowledge: Path) -> None:
    page = read_topic_file(knowledge / "daycare" / "sv.md", load_facts(knowledge))
    assert (page.language, page.front.owner, page.front.checked_on) == ("sv", Owner.ESPOO, None)
    assert [section.anchor for section in page.sections] == ["when", "how"]
    assert "senast 4 månader" in page.sections[0].text
    assert page.sections[0].sources[0].as_of == date(2026, 1, 9)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("owner: espoo", "owner: nobody", "owner"),
        ("title: Daycare", "title: [a", "does not parse"),
        ("topic: daycare", "topic: other", "the folder is daycare"),
        ("topic: daycare", "topic: parking", "duplicate topic"),
        ("{#how source=official}", "{#when source=official}", "duplicate anchor: #when stands at 'When"),
        ("{#how source=official}", "{#how source=unknown}", "unknown source"),
        ("{#how source=official}", "", "no {#anchor"),
        ("## How", "### How", "two #"),
        ("{{fact.daycare_months}}", "{{fact.nothing}}", "unknown fact"),
        ("review_by: 2027-05-22", "review_by: soon", "review_by"),
        ("review_by: 2027-05-22", "reviewd_by: 2027-05-22", "reviewd_by"),
        ("https://www.espoo.fi/en/daycare", "javascript:alert(1)", "url"),
    ],
)
def test_a_page_that_breaks_a_rule_is_refused(knowledge: Path, old: str, new: str, reason: str) -> None:
    path = knowledge / "daycare" / "en.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError) as refused:
        read_topic_file(path, load_facts(knowledge))
    assert reason in str(refused.value)


@given(st.text(max_size=300))
def test_any_front_matter_is_parsed_or_refused(text: str) -> None:
    try:
        values, _ = read_front_matter(f"---\n{text}\n---\nbody")
    except KnowledgeError:
        return
    assert isinstance(values, dict)


def test_good_knowledge_has_no_problems(knowledge: Path) -> None:
    assert check_knowledge(knowledge, TODAY) == []


def test_problems_are_found(knowledge: Path) -> None:
    (knowledge / "parking" / "sv.md").unlink()
    english = write_page(knowledge, "daycare", "en", how="word " * 151)
    english.write_text(english.read_text(encoding="utf-8").replace("2027-05-22", "2026-11-01"), encoding="utf-8")
    finnish = knowledge / "daycare" / "fi.md"
    finnish.write_text(finnish.read_text(encoding="utf-8").replace("{#how", "{#why"), encoding="utf-8")
    (knowledge / "parking" / "fi.md").write_text("no front matter", encoding="utf-8")
    facts = knowledge / "facts.toml"
    facts.write_text(
        facts.read_text(encoding="utf-8") + '\n[unused]\nkind="number"\nvalue=1\nreview_by=2026-01-01\n',
        encoding="utf-8",
    )
    found = {(problem.path, problem.code) for problem in check_knowledge(knowledge, TODAY)}
    assert found == {
        ("daycare/en.md", "long_section"),
        ("daycare/en.md", "stale_page"),
        ("daycare/sv.md", "unpaired_anchors"),
        ("daycare/en.md", "unpaired_anchors"),
        ("parking/fi.md", "bad_front_matter"),
        ("parking/sv.md", "missing_translation"),
        ("facts.toml", "unused_fact"),
        ("facts.toml", "stale_fact"),
        ("facts.toml", "undated_fact"),
    }


def test_owners(knowledge: Path) -> None:
    text = (knowledge / "owners.toml").read_text(encoding="utf-8")
    text += 'phone = "09 8164 1234"\nurl = { fi = "https://a.fi", sv = "https://a.fi/sv", en = "https://a.fi/en" }\n'
    text += 'hours = [{ days = ["mon", "tue"], opens = "09:00", closes = "15:00" }]\n'
    text += "exceptions = [{ date = 2026-12-24, closed = true }]\n"
    (knowledge / "owners.toml").write_text(text, encoding="utf-8")
    owners = load_owners(knowledge)
    assert set(owners.owners) == set(Owner)
    assert owners.desk.phone["sv"] == "09 8164 1234"
    assert owners.desk.hours[0].days == ("mon", "tue")
    assert owners.desk.exceptions[0].date == date(2026, 12, 24)
    languages: list[Language] = [code for code in LANGUAGES if owners.desk.url[code]]
    assert languages == list(LANGUAGES)


@pytest.mark.parametrize("change", ["[kela]", 'opens = "25:00"', 'name = { fi = "Nimi" }'])
def test_owners_that_do_not_fit_are_refused(knowledge: Path, change: str) -> None:
    text = (knowledge / "owners.toml").read_text(encoding="utf-8")
    if change == "[kela]":
        text = text.replace("[kela]", "[fpa]")
    elif change.startswith("opens"):
        text += f'hours = [{{ days = ["mon"], {change}, closes = "15:00" }}]\n'
    else:
        text = text.rsplit("name", 1)[0] + change
    (knowledge / "owners.toml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"owners\.toml"):
        load_owners(knowledge)


def test_decomposed_letters_and_windows_line_ends_are_levelled(knowledge: Path) -> None:
    path = knowledge / "daycare" / "fi.md"
    expected = read_topic_file(path, load_facts(knowledge)).sections
    text = unicodedata.normalize("NFD", path.read_text(encoding="utf-8"))
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert read_topic_file(path, load_facts(knowledge)).sections == expected


def test_a_folder_named_as_a_page_is_no_page(knowledge: Path) -> None:
    (knowledge / "parking" / "sv.md").unlink()
    (knowledge / "parking" / "sv.md").mkdir()
    assert [problem.code for problem in check_knowledge(knowledge, TODAY)] == ["missing_translation"]


def test_a_section_may_have_an_owner_and_a_date_of_its_own(knowledge: Path) -> None:
    for language in LANGUAGES:
        path = knowledge / "daycare" / f"{language}.md"
        text = path.read_text(encoding="utf-8").replace("{#how source=official}", "{#how source=official owner=kela}")
        path.write_text(text, encoding="utf-8")
    facts = load_facts(knowledge)
    page = read_topic_file(knowledge / "daycare" / "fi.md", facts)
    assert [section.owner for section in page.sections] == [Owner.ESPOO, Owner.KELA]
    passages = split_document(make_topic_document("knowledge/daycare/fi.md", "knowledge", page))
    assert [passage.owner for passage in passages] == [Owner.ESPOO, Owner.KELA]
    assert {passage.as_of for passage in passages} == {page.sections[0].sources[0].as_of}
    assert check_knowledge(knowledge, TODAY) == []


def test_owners_that_differ_between_languages_or_are_unknown_are_named(knowledge: Path) -> None:
    for language, owner in (("sv", "kela"), ("en", "nobody")):
        path = knowledge / "daycare" / f"{language}.md"
        text = path.read_text(encoding="utf-8").replace(
            "{#how source=official}", f"{{#how source=official owner={owner}}}"
        )
        path.write_text(text, encoding="utf-8")
    found = {(problem.path, problem.code) for problem in check_knowledge(knowledge, TODAY)}
    assert ("daycare/sv.md", "unequal_owner") in found and ("daycare/en.md", "bad_page") in found


def test_a_section_is_as_old_as_the_page_that_is_shown_for_it(knowledge: Path) -> None:
    path = knowledge / "daycare" / "fi.md"
    text = path.read_text(encoding="utf-8")
    older = """  - id: older
    url: https://www.espoo.fi/fi/vanha
    title: Vanha sivu
    publisher: City of Espoo
    language: fi
    as_of: 2019-01-01
"""
    text = text.replace("checked_on:", f"{older}checked_on:", 1).replace(
        "{#how source=official}", "{#how source=official,older}"
    )
    path.write_text(text, encoding="utf-8")
    page = read_topic_file(path, load_facts(knowledge))
    passages = split_document(make_topic_document("knowledge/daycare/fi.md", "knowledge", page))
    assert passages[1].as_of == page.sections[0].sources[0].as_of
    assert passages[1].url == "https://www.espoo.fi/fi/daycare"
