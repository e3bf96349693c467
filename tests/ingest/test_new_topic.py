from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.domain import LANGUAGES, Owner
from app.errors import KnowledgeError
from app.knowledge import check_knowledge, load_facts, read_front_matter, read_topic_file
from ingest.__main__ import cli
from ingest.new_topic import write_topic

TODAY = date(2026, 8, 31)
TITLES = {"fi": "Pysäköinti: luvat", "sv": 'Parkering "P"', "en": "Parking"}


def new(knowledge: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["new", *arguments, "--documents", str(knowledge)])
    return result.exit_code, result.output


def test_a_new_topic_is_refused_until_it_is_written(knowledge: Path) -> None:
    code, said = new(knowledge, "swimming", "--owner", "espoo", "--title-fi", "Uimahallit")
    assert (code, "swimming/fi.md" in said, "python -m ingest check" in said) == (0, True, True)
    problems = check_knowledge(knowledge)
    assert [(problem.place, problem.code) for problem in problems] == [
        (f"swimming/{language}.md", "template") for language in sorted(LANGUAGES)
    ]
    assert "places in [[…]] wait for text, the first is [[https://" in problems[1].message


def test_no_template_gets_into_a_build(knowledge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    new(knowledge, "swimming", "--owner", "espoo")
    done = CliRunner().invoke(cli, ["run", "--documents", str(knowledge), "--data", str(tmp_path / "data")])
    assert done.exit_code == 1
    assert "6 created, 0 updated, 0 unchanged, 0 removed, 3 failed" in done.stdout
    assert "swimming/sv.md: still a template" in done.stdout


def test_the_files_pass_once_every_place_is_written(knowledge: Path) -> None:
    """As an editor would: replace each [[…]], and touch nothing else."""
    for path in write_topic(knowledge, "swimming", Owner.ESPOO, TITLES, TODAY):
        text = path.read_text(encoding="utf-8").replace("[[https://", "https://www.espoo.fi/[[")
        path.write_text(re.sub(r"\[\[[^\]]*\]\]", lambda place: f"swim{place.start()}.", text), encoding="utf-8")
    assert [(problem.code, problem.message) for problem in check_knowledge(knowledge, TODAY)] == []
    page = read_topic_file(knowledge / "swimming" / "sv.md", load_facts(knowledge))
    assert (page.front.title, page.front.owner, page.front.reviewed_by) == (TITLES["sv"], Owner.ESPOO, "")
    assert (page.front.review_by, [section.anchor for section in page.sections]) == (date(2027, 2, 28), ["who", "how"])
    assert page.front.sources[0].publisher == "Namn"  # as owners.toml names the owner in Swedish


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_known_is_left_to_the_writer(knowledge: Path, language: str) -> None:
    write_topic(knowledge, "swimming", Owner.OTHER, {}, TODAY)
    values, _ = read_front_matter((knowledge / "swimming" / f"{language}.md").read_text(encoding="utf-8"))
    source = values["sources"][0]
    assert all(
        str(value).count("[[") == 1 for value in (values["title"], source["url"], source["title"], source["publisher"])
    )
    assert (source["as_of"], values["checked_on"], values["reviewed_by"]) == (None, None, None)


@pytest.mark.parametrize(
    "name",
    ["Swimming", "uimahallit ja kylpylät", "../swimming", "swim_ming", "-swim", "swim-", "a--b", "", "s" * 61, "häät"],
)
def test_a_bad_name_is_refused(knowledge: Path, name: str) -> None:
    before = sorted(knowledge.rglob("*"))
    with pytest.raises(KnowledgeError, match="is no name for a topic"):
        write_topic(knowledge, name, Owner.ESPOO, {}, TODAY)
    assert sorted(knowledge.rglob("*")) == before


def test_an_existing_topic_is_left_alone(knowledge: Path) -> None:
    before = (knowledge / "parking" / "fi.md").read_text(encoding="utf-8")
    code, said = new(knowledge, "parking", "--owner", "espoo")
    assert (code, "exists already" in said) == (2, True)
    assert (knowledge / "parking" / "fi.md").read_text(encoding="utf-8") == before


def test_an_unknown_owner_and_a_missing_folder(knowledge: Path, tmp_path: Path) -> None:
    code, said = new(knowledge, "swimming", "--owner", "nobody")
    assert (code, "western-uusimaa" in said) == (2, True)
    code, said = new(tmp_path / "none", "swimming", "--owner", "espoo")
    assert (code, "There is no folder" in said) == (2, True)
