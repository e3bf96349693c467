"""Terms and BM25: the real tables, the real index, real files."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain import LANGUAGES, Language
from app.errors import BuildError, ConfigurationError
from app.lemmas import FOLDER, load_table
from app.lexical import PART, Analyser, LexicalIndex, load_analyser
from eval.training.lemmas import CORRECTIONS, compile_language

PAIRS = tomllib.loads((Path(__file__).parent / "lexical_pairs.toml").read_text(encoding="utf-8"))
NASTY = [
    "\0",
    "\ud800",
    "😀👍🏽",
    "a" * 300,
    "-" * 50,
    "1." * 50,
    "ä̈",
    "İ",
    "''",
    "EU:n:n",
    "\u00ad",
    "ﬁ",
    "e\u0301" * 20,
]


def pairs(kind: str) -> list[tuple[Language, str, str]]:
    listed = []
    for language in LANGUAGES:
        for pair in PAIRS[kind].get(language, "").replace("\n", ",").split(","):
            if pair.strip():
                one, other = pair.split()
                listed.append((language, one, other))
    return listed


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return load_analyser()


@pytest.mark.parametrize("kind", ["inflection", "part", "undotted"])
def test_words_that_belong_together_share_a_term(analyser: Analyser, kind: str) -> None:
    apart = [p for p in pairs(kind) if not set(analyser.tokens(p[1], p[0])) & set(analyser.tokens(p[2], p[0]))]
    assert not apart


def test_inflected_forms_share_their_lemma(analyser: Analyser) -> None:
    """At full weight too, but for what only the stemmer brings together."""
    apart = [p for p in pairs("inflection") if analyser.content_words(p[1], p[0]) != analyser.content_words(p[2], p[0])]
    assert apart == [("sv", "svensk", "svenska"), ("en", "reside", "residence")]


def test_words_that_only_look_alike_share_none(analyser: Analyser) -> None:
    met = [p for p in pairs("false") if set(analyser.tokens(p[1], p[0])) & set(analyser.tokens(p[2], p[0]))]
    assert not met


def test_a_part_is_a_term_of_its_own(analyser: Analyser) -> None:
    assert analyser.tokens("oleskelulupahakemuksen", "fi") == [
        "oleskelulupahakemus", "+oleskelu", "+lupa", "+hakemus",
    ]  # fmt: skip
    assert analyser.tokens("uppehållstillståndet", "sv") == ["uppehållstillstånd", "+uppehåll", "+tillstånd"]


@pytest.mark.parametrize("word", ["kansalainen", "koulutus", "asukas", "palvelu", "opiskelija", "päätös", "osoite"])
def test_a_simple_word_is_its_only_part(analyser: Analyser, word: str) -> None:
    assert analyser.tokens(word, "fi") == [word, PART + word]


def test_stop_words_carry_no_term(analyser: Analyser) -> None:
    assert analyser.content_words("Mistä minä saan verokortin, ja voinko tehdä sen?", "fi") == ["verokortti", "tehdä"]
    assert analyser.content_words("mista saan tyota", "fi") == ["työ"]
    assert analyser.content_words("Hur får jag ett skattekort?", "sv") == ["skattekort"]
    assert analyser.content_words("How do I get a tax card, please?", "en") == ["tax", "card"]


def test_a_question_in_mixed_language_meets_finnish_passages(analyser: Analyser) -> None:
    assert analyser.content_words("how get henkilotunnus", "fi") == ["henkilötunnus"]
    assert set(analyser.tokens("where apply henkilötunnuksen", "en")) & set(analyser.tokens("henkilotunnus", "en"))


def test_acronyms_are_no_stop_words(analyser: Analyser) -> None:
    assert analyser.content_words("TE-palvelut ja te", "fi") == ["tepalvelu"]
    assert analyser.content_words("an IT job for us", "en") == ["it", "job"]
    assert analyser.content_words("HSL:n lippu", "fi") == ["hsl", "lippu"]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("soita 112", "112"), ("klo 9:00", "9.00"), ("klo 9.00", "9.00"), ("18.4.2016 alkaen", "18.4.2016"),
        ("lomake OLE_TY1", "ole_ty1"), ("yli 10,000 euroa", "10000"), ("09-816 23", "816"), ("3,5 %", "3.5"),
    ],
)  # fmt: skip
def test_numbers_and_form_codes_stay(analyser: Analyser, text: str, term: str) -> None:
    assert term in analyser.tokens(text, "fi")


def test_hidden_hyphens_and_decomposed_letters_change_nothing(analyser: Analyser) -> None:
    assert analyser.tokens("vero\u00adkortti", "fi") == analyser.tokens("verokortti", "fi")
    assert analyser.tokens("pa\u0308iva\u0308koti", "fi") == analyser.tokens("päiväkoti", "fi")


@given(st.text(st.characters(), max_size=200), st.sampled_from(LANGUAGES))
@example("\ud800\0", "fi")
@settings(max_examples=150, deadline=None)
def test_any_text_has_terms_or_none(text: str, language: Language) -> None:
    analyser = ANALYSER
    terms = analyser.tokens(text, language)
    assert all(term.strip(PART) and not term.isspace() for term in terms)
    assert set(analyser.content_words(text, language)) <= set(terms)
    assert terms == analyser.tokens(text, language)


@pytest.mark.parametrize("piece", [*NASTY, "oleskelulupa", "ab-", "päivähoito "])
def test_long_input_is_analysed(analyser: Analyser, piece: str) -> None:
    assert isinstance(analyser.tokens(piece * (100_000 // len(piece)), "fi"), list)


ANALYSER = load_analyser()


def test_every_dictionary_word_of_english_has_its_lemma(tmp_path: Path) -> None:
    """Compiling again gives the committed files, byte by byte; so the committed ones come from the dictionaries."""
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    made = compile_language("en", tmp_path)
    assert made == {name: digest for name, digest in manifest["files"].items() if name.startswith("en.")}


def test_committed_tables_are_those_of_the_manifest() -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    found = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in FOLDER.glob("??.*")}
    assert found == manifest["files"]
    assert hashlib.sha256(CORRECTIONS.read_bytes()).hexdigest() == manifest["corrections"]


def test_missing_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=str(tmp_path)):
        load_table("fi", tmp_path)


def test_the_better_document_comes_first(tmp_path: Path, analyser: Analyser) -> None:
    texts = ["Oleskeluluvan hakemus jätetään verkossa.", "Lupa pysäköintiin.", "Kirjasto on auki."]
    LexicalIndex.build([analyser.tokens(text, "fi") for text in texts]).save(tmp_path / "fi")
    index = LexicalIndex.load(tmp_path / "fi")
    assert [position for position, _ in index.search(analyser.tokens("luvat", "fi"), 5)] == [1, 0]
    assert [position for position, _ in index.search(analyser.tokens("oleskelulupaa", "fi"), 5)] == [0, 1]
    assert index.search(analyser.tokens("uimahalli", "fi"), 5) == []
    assert len(index.search(analyser.tokens("lupa kirjasto", "fi"), 2)) == 2


def test_rare_terms_weigh_more_and_unknown_ones_most(analyser: Analyser) -> None:
    index = LexicalIndex.build([["a", "b", "+b"], ["a"], ["a"]])
    assert index.idf("a") < index.idf("b") < index.idf("unknown")
    assert 0 < index.idf("+b") < index.idf("b")


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_an_empty_index_finds_nothing(tmp_path: Path, documents: list[list[str]]) -> None:
    LexicalIndex.build(documents).save(tmp_path)
    index = LexicalIndex.load(tmp_path)
    assert index.search(["a"], 3) == []
    assert index.idf("a") >= 0


def test_documents_without_terms_keep_their_position() -> None:
    index = LexicalIndex.build([[], ["a"], [], ["a", "b"]])
    assert [position for position, _ in index.search(["b", "a"], 9)] == [3, 1]
    assert index.search(["a"], 0) == []
    assert index.search([], 3) == []


def test_a_damaged_index_is_named(tmp_path: Path) -> None:
    LexicalIndex.build([["a"]]).save(tmp_path)
    (tmp_path / "vocab.index.json").write_text("{")
    with pytest.raises(BuildError, match="lexical index"):
        LexicalIndex.load(tmp_path)
    with pytest.raises(BuildError, match="lexical index"):
        LexicalIndex.load(tmp_path / "nowhere")


@given(
    st.lists(st.lists(st.sampled_from(["a", "b", "+a", "c"]), max_size=5), max_size=8),
    st.lists(st.sampled_from(["a", "b", "+a", "z"]), max_size=4),
    st.integers(0, 9),
)
@settings(max_examples=60, deadline=None)
def test_scores_fall_and_only_sharers_are_found(documents: list[list[str]], query: list[str], count: int) -> None:
    found = LexicalIndex.build(documents).search(query, count)
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)
    sharers = {position for position, terms in enumerate(documents) if set(terms) & set(query)}
    assert {position for position, _ in found} <= sharers
    assert len(found) == min(count, len(sharers))
