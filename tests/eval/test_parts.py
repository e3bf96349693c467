"""Parts of the search switched off on two small topics: each is off, nothing else is, and what that changes is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.domain import LANGUAGES, Language
from app.errors import EspooError
from app.index import Build
from app.lexical import load_analyser
from app.retrieve import Candidates, Retriever
from app.scorer import FEATURES
from app.settings import Settings
from eval.__main__ import cli
from eval.cases import Case
from eval.differences import Difference
from eval.parts import (
    MEASURES,
    PARTS,
    TYPED,
    WHOLE,
    AsWritten,
    Changed,
    Measured,
    Undotted,
    Unparted,
    effect,
    knowledge_without,
    measure_parts,
    trial_without,
)
from eval.records import Record
from eval.retrieval_commands import WIDE, parts_tables
from eval.trial import load_parts
from tests.ingest.made import write_knowledge

GLOSSARY = '[daycare]\nfi = "päiväkoti"\nsv = "daghem"\nen = "daycare"\nalso_en = ["kita"]\n'
ASKED = '[questions.when]\nen = ["At what point should little Otto get in line?"]\n'
STORY = "We moved here in June and my wife has work. When should I apply for daycare? Thank you all very much!"
REFUSED = {"status": "unanswered", "confidence": 0.0}
SLICES = {"all", *LANGUAGES}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("parts")
    write_knowledge(folder / "knowledge")
    (folder / "knowledge" / "glossary.toml").write_text(GLOSSARY, encoding="utf-8")
    (folder / "knowledge" / "daycare" / "asked.toml").write_text(ASKED, encoding="utf-8")
    return Settings(data_dir=folder / "var", knowledge_dir=folder / "knowledge", _env_file=None)


Seen = Mapping[str, bool]  # part → whether it does its work


@pytest.fixture(scope="module")
def seen(settings: Settings) -> Mapping[str, Seen]:
    """What is at work in the whole, and without each part."""
    parts = load_parts(settings)
    found = {}
    for name, part in {"whole": WHOLE, **PARTS}.items():
        with trial_without(part, settings, parts) as one:
            library = one.assistant.library  # the scorer goes by the digests
            assert (library.embedder.digest, library.analyser.digest) == (parts.embedder.digest, parts.analyser.digest)
            shelf = library.require()
            found[name] = {each: works(shelf.retriever, shelf.build) for each, works in WORKS.items()}
    return found


def _candidates(search: Retriever, text: str, language: Language) -> Candidates:
    return search.candidates(text, language, date(2026, 11, 29))


def _by_words(text: str, language: Language) -> Callable[[Retriever, Build], bool]:
    return lambda search, build: bool(_candidates(search, text, language).query.bm25.any())


def _weighs(search: Retriever, build: Build) -> bool:
    """Whether the heart is another than the sentence's that asks."""
    sentence = _candidates(search, "When should I apply for daycare?", "en").query.vector
    return not bool((_candidates(search, STORY, "en").query.focus == sentence).all())


def _reads(search: Retriever, build: Build) -> bool:
    found = _candidates(search, "daycare", "en")
    return bool(found.query.read.any()) and bool(found.features[:, FEATURES.index("read")].any())


def _compares(search: Retriever, build: Build) -> bool:
    found = _candidates(search, "daycare", "en").features
    return bool(found[:, [FEATURES.index(name) for name in ("dense", "focus_dense", "heading", "asked_dense")]].any())


WORKS: dict[str, Callable[[Retriever, Build], bool]] = {
    "lemmas": _by_words("hoitoon hakemuksia", "fi"),  # the pages have "hoidon" and "hakemus"
    "compounds": _by_words("koti", "fi"),  # päiväkoti
    "dots": _by_words("paivakoti", "fi"),
    "spelling": _by_words("pysäkköinti", "fi"),
    "glossary": lambda search, build: bool(_candidates(search, "kita", "en").query.terms.any()),
    "asked": lambda search, build: search.lists("At what point should little Otto get in line?"),
    "words": _weighs,
    "transformer": _reads,
    "vectors": _compares,
    "bm25": _by_words("pysäköinti", "fi"),
}
# What a part carries goes with it.
WITH_IT = {
    "lemmas": {"compounds", "dots"},
    "vectors": {"words", "transformer"},
    "bm25": {"lemmas", "compounds", "dots", "spelling", "glossary"},
}


def test_all_is_at_work_in_the_whole(seen: Mapping[str, Seen]) -> None:
    assert seen["whole"] == dict.fromkeys(PARTS, True)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_off_and_nothing_else(seen: Mapping[str, Seen], part: str) -> None:
    assert {each for each, works in seen[part].items() if not works} == {part} | WITH_IT.get(part, set())


@pytest.mark.parametrize(
    ("part", "there", "lacking"),
    [
        ("lemmas", {"hoidon", "+hoidon"}, {"hoito", "+hoito"}),
        ("compounds", {"hoito"}, {"hoidon", "+hoito", "+koti"}),
        ("bm25", {"hoito", "+hoito", "+koti"}, {"hoidon", "=daycare"}),
    ],
)
def test_the_build_too_is_made_without_what_changes_its_terms(
    settings: Settings, part: str, there: set[str], lacking: set[str]
) -> None:
    with trial_without(PARTS[part], settings, load_parts(settings)) as one:
        terms = set(one.assistant.library.require().build.lexical("fi").terms)
    assert there <= terms and not lacking & terms


def test_the_terms_are_the_wholes_but_for_one_thing() -> None:
    whole = load_analyser()
    assert whole.tokens("Oleskeluluvan hakemus", "fi") == ["oleskelulupa", "+oleskelu", "+lupa", "hakemus", "+hakemus"]
    assert AsWritten(whole).tokens("Oleskeluluvan hakemus", "fi") == [
        *("oleskeluluvan", "+oleskeluluvan"),
        *("hakemus", "+hakemus"),
    ]
    assert Unparted(whole).tokens("Oleskeluluvan hakemus", "fi") == ["oleskelulupa", "hakemus"]
    for typed, meant in (("paivakotiin", "päiväkotiin"), ("tyonantaja maksaa", "työnantaja maksaa")):
        assert set(whole.tokens(typed, "fi")) >= set(whole.tokens(meant, "fi"))
        assert not any(set("äö") & set(term) for term in Undotted(whole).tokens(typed, "fi"))
        assert Undotted(whole).tokens(meant, "fi") == whole.tokens(meant, "fi")


@pytest.mark.parametrize("kind", [AsWritten, Undotted, Unparted])
def test_only_without_spelling_the_speller_knows_other_words(kind: type[Changed]) -> None:
    whole = load_analyser()
    assert kind(whole).digest == whole.digest
    assert [kind(whole).knows(word) for word in ("paivakotiin", "oleskeluluvan", "verokorrti")] == [True, True, False]


def test_the_knowledge_lacks_the_files_and_nothing_else(settings: Settings) -> None:
    source = settings.knowledge_dir
    with ExitStack() as stack:
        left = {
            name: stack.enter_context(knowledge_without(source, PARTS[name].files)) for name in ("glossary", "asked")
        }
        found = {name: {path.relative_to(folder) for path in folder.rglob("*")} for name, folder in left.items()}
        assert {folder.name for folder in left.values()} == {source.name}  # it stands in the documents' names
    every = {path.relative_to(source) for path in source.rglob("*")}
    assert every - found["glossary"] == {Path("glossary.toml")}
    assert every - found["asked"] == {Path("daycare/asked.toml")}
    assert not any(folder.exists() for folder in left.values())


def test_the_answerable_cases_are_asked_of_the_whole_and_without_each_part(
    settings: Settings, small_cases: list[Case]
) -> None:
    only_listed = replace(small_cases[0], id="z", language="en", question="kita line Otto", style=TYPED)
    begun: list[str] = []
    found = measure_parts(settings, [*small_cases, only_listed], ["spelling", "vectors"], begun.append)
    assert begun == ["whole", "spelling", "vectors"] == ["whole", *(each.part for each in found.effects)]
    assert (found.configuration["cases"], found.configuration["parts"]) == (13, ["train"])
    for each in found.effects:
        assert {measure: set(slices) for measure, slices in each.cases.items()} == dict.fromkeys(MEASURES, SLICES)
        assert [set(each.typed[measure]) for measure in MEASURES] == [{"all", "en"}] * 2
        assert (each.cases["recall@1"]["all"].n, each.cases["recall@1"]["en"].n) == (13, 5)
        assert each.typed["recall@1"]["all"].n == 1
    spelling = found.effects[0].cases["recall@1"]["fi"]
    assert (spelling.before, spelling.after, spelling.value) == (1.0, 1.0, 0.0)  # the questions are the headings
    assert not settings.data_dir.exists()  # nothing is served from what was made


def test_a_part_that_helps_has_a_difference_below_zero(small_cases: list[Case]) -> None:
    cases = [replace(case, style=TYPED if place < 4 else "plain") for place, case in enumerate(small_cases[:12])]
    whole = [Record(case, REFUSED, case.gold, 1.0) for case in cases]
    without = [replace(record, ranked=("other#x", *record.ranked)) for record in whole[:4]] + whole[4:]
    found = effect("any", whole, without)
    every, typed = found.cases["recall@1"]["all"], found.typed["recall@1"]["all"]
    assert (every.before, every.n, every.verdict) == (1.0, 12, "worse")
    assert (round(every.value, 3), typed.value, typed.n) == (-0.333, -1.0, 4)
    assert every.low < every.value < every.high < 0
    assert found.cases["recall@5"]["all"].value == 0.0


def test_without_gold_there_is_nothing_to_ask(settings: Settings, small_cases: list[Case]) -> None:
    with pytest.raises(EspooError, match="nothing to look for"):
        measure_parts(settings, small_cases[-3:], PARTS, lambda name: None)


def test_the_tables_have_a_line_for_each_part_and_say_that_the_scorer_is_the_same(small_cases: list[Case]) -> None:
    records = [Record(replace(c, style=TYPED), REFUSED, c.gold, 1.0) for c in small_cases[:12]]
    worse = [replace(record, ranked=()) for record in records[:3]] + records[3:]
    effects = (effect("dots", records, worse), effect("compounds", records, records))
    told = {"parts": ["train"], "scorer_learned": True}
    lines = _printed(Measured(told, effects)).splitlines()
    assert sum("as it was trained, with every part" in line for line in lines) == 2
    assert sum("all (12)" in line and "sv (4)" in line for line in lines) == 2
    rows = [line.split() for line in lines if line.split()[:1] in (["dots"], ["compounds"])]
    assert [row[0] for row in rows] == ["dots", "compounds"] * 4
    assert rows[0][1:3] == [".750", "-.250"] and rows[1][1:5] == ["1.000", "+.000", "[+.000,", "+.000]"]
    assert "…" not in "".join(lines)
    plain = (replace(effects[0], typed={}),)
    alone = _printed(Measured({**told, "scorer_learned": False}, plain))
    assert "typed" not in alone and "scorer: defaults" in alone


def test_what_is_printed_as_json_has_everything() -> None:
    change = Difference(0.5, 0.25, -0.25, 4, -0.5, 0.0, "same")
    found = Measured({"parts": ["train"]}, (replace(effect("dots", [], []), cases={"recall@1": {"all": change}}),))
    told = json.loads(json.dumps(asdict(found)))
    assert told["effects"][0]["part"] == "dots" and told["effects"][0]["cases"]["recall@1"]["all"]["low"] == -0.5


def test_an_unknown_part_or_folder_is_said(tmp_path: Path) -> None:
    unknown = CliRunner().invoke(cli, ["parts", "--only", "dots", "--only", "magic"], env={"COLUMNS": "200"})
    assert unknown.exit_code == 2 and "magic: the parts are lemmas, compounds" in unknown.output
    nothing = CliRunner().invoke(cli, ["parts", "--only", "dots"], env={"ESPOO_KNOWLEDGE_DIR": str(tmp_path / "none")})
    assert (nothing.exit_code, nothing.exception.__class__) == (2, SystemExit)


def _printed(found: Measured) -> str:
    out = StringIO()
    for table in parts_tables(found):
        Console(file=out, width=WIDE).print(table)
    return out.getvalue()
