"""Language detection with the shipped model, and sentence ends."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain import LANGUAGES, Language
from app.errors import ConfigurationError
from app.languages import WEIGHTS, Detector, detect_language, load_detector, split_sentences
from app.other_languages import told_in
from eval.understanding.languages import measure_languages

CASES = tomllib.loads((Path(__file__).parent / "language_cases.toml").read_text(encoding="utf-8"))
# The languages most spoken in Espoo after the three.
LISTED = ["ru", "et", "ar", "zh", "sq", "uk", "fa", "so", "ku", "ckb", "vi", "tr", "hi", "bn", "es", "ne"]
# Looks Swedish in every letter; the widget's language settles it.
HARDEST = {"residense permitt"}


def cases(kind: str) -> list[tuple[str, Language]]:
    return [(text, language) for language in LANGUAGES for text in CASES[kind][language]]


@pytest.mark.parametrize("kind", ["plain", "hard"])
def test_the_language_of_questions_is_found(kind: str) -> None:
    wrong = {text for text, language in cases(kind) if detect_language(text).language != language}
    assert wrong <= HARDEST


@pytest.mark.parametrize("prior", LANGUAGES)
def test_the_prior_does_not_turn_clear_questions(prior: Language) -> None:
    assert not [text for text, language in cases("plain") if detect_language(text, prior).language != language]


@pytest.mark.parametrize(
    "text", ["Kela", "FPA", "HSL", "Migri", "112", "😀", "", "\0", "Espoo?", "DVV 2026", "Hello Espoo"]
)
def test_names_and_numbers_keep_the_prior(text: str) -> None:
    assert {prior: detect_language(text, prior).language for prior in LANGUAGES} == {p: p for p in LANGUAGES}
    assert detect_language(text).language == "en"
    assert detect_language(text).confidence < 0.5


def test_a_lone_finnish_word_keeps_the_prior_but_a_greeting_does_not() -> None:
    assert detect_language("päiväkoti", "en").language == "en"
    assert detect_language("päiväkoti").language == "fi"
    assert detect_language("kiitos", "en").language == "fi"
    assert detect_language("skattekort", "fi").language == "sv"
    assert detect_language("Hello!", "fi").language == "en"
    assert detect_language("Hello Espoo aukioloajat").language == "fi"


def test_finnish_words_inside_english_do_not_decide() -> None:
    found = detect_language("how can I get my henkilötunnus and a verokortti", "fi")
    assert found.language == "en"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Как получить вид на жительство?", "ru"),
        ("Коли відкрита бібліотека в Еспоо?", "uk"),
        ("Де мені отримати henkilötunnus?", "uk"),
        ("Кога отваря здравният център?", "bg"),
        ("كيف أحصل على تصريح", "ar"),
        ("چطور می‌توانم اجازهٔ اقامت بگیرم؟", "fa"),
        ("مجھے رہائشی اجازت نامہ کیسے ملے گا؟", "ur"),
        ("چۆن مۆڵەتی کار وەربگرم؟", "ckb"),
        ("मुझे निवास परमिट कैसे मिलेगा?", "hi"),
        ("मैले बसोबास अनुमति कसरी पाउन सक्छु?", "ne"),
        ("የመኖሪያ ፈቃድ እንዴት ማግኘት እችላለሁ?", "am"),
        ("ፍቓድ መንበሪ ብኸመይ ክረክብ ይኽእል?", "ti"),
        ("如何申请", "zh"),
        ("図書館はどこですか", "ja"),
        ("สวัสดี", "th"),
        ("Hej", None),
    ],
)
def test_foreign_scripts_are_named(text: str, other: str | None) -> None:
    found = detect_language(text, "sv")
    assert (found.language, found.other) == ("sv", other)


@pytest.mark.parametrize("language", CASES["others"])
def test_other_languages_in_latin_letters_are_named(language: str) -> None:
    found = {text: detect_language(text, "fi") for text in CASES["others"][language]}
    assert {text: told.other for text, told in found.items()} == dict.fromkeys(found, language)
    assert {told.language for told in found.values()} == {"fi"}


@pytest.mark.parametrize("prior", [None, *LANGUAGES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_three_are_not_taken_for_their_neighbours(language: Language, prior: Language | None) -> None:
    """Estonian, Danish and Norwegian are near; marks are left out, and official words are Finnish."""
    found = {text: detect_language(text, prior) for text in CASES["near"][language]}
    assert {text: (told.language, told.other) for text, told in found.items()} == dict.fromkeys(found, (language, None))


@pytest.mark.parametrize(
    "text",
    ["Maria Fernanda Lopez Garcia", "Nguyen Thi Lan", "mohamed ali hassan", "ahmed mohamud warsame", "Jan Kowalski"],
)
def test_names_are_no_language(text: str) -> None:
    assert {detect_language(text, prior).other for prior in LANGUAGES} == {None}


def test_what_is_told_in_other_languages() -> None:
    told = {code: told_in(code) for code in LISTED}
    for code, one in told.items():
        assert one and one.name and re.findall(r"\d+", one.text) == ["112"]
        assert "Hello Espoo" in one.text and "Iso Omena" in one.text
        assert detect_language(one.text).other == code
    assert {code for code, one in told.items() if one and one.rtl} == {"ar", "fa", "ckb"}
    assert told_in("fi") is None


def test_languages_are_measured() -> None:
    rows = [
        {"text": "Miten saan verokortin?", "language": "fi"},
        {"text": "Daycare", "language": "en"},
        {"text": "Wie bekomme ich eine Wohnung?", "language": "nl"},
    ]
    measured = measure_languages(rows, detect_language)
    assert measured["overall"] == {"n": 3, "accuracy": 0.6667}
    assert (measured["own_long"]["accuracy"], measured["own_short"]["n"], measured["other"]["accuracy"]) == (1, 1, 0)
    assert measured["languages"]["nl"]["n"] == 1
    assert measured["confused"] == {"nl as de": 1}


@given(st.text(st.characters(), max_size=300), st.sampled_from([None, *LANGUAGES]))
@example("\ud800\0", None)
@settings(max_examples=150, deadline=None)
def test_any_text_has_a_language(text: str, prior: Language | None) -> None:
    found = detect_language(text, prior)
    assert found.language in LANGUAGES
    assert 0 <= found.confidence <= 1


@pytest.mark.parametrize("piece", ["a", "Missä on kirjasto? ", "\ud800", "😀", "ä ", "'"])
def test_long_text_is_detected_and_split(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert detect_language(text).language in LANGUAGES
    assert split_sentences(text, "fi")


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="weights"):
        load_detector(tmp_path / "weights.npy")
    (tmp_path / "weights.npy").write_bytes(b"no")
    with pytest.raises(ConfigurationError):
        load_detector(tmp_path / "weights.npy")
    assert isinstance(load_detector(), Detector)


SENTENCES: list[tuple[Language, list[str]]] = [
    ("sv", ["Det är t.ex. bra kl. 9.00.", "Bl.a. FPA, s.k. stöd m.m. ges.", "Ring nr. 5.", "Se www.esbo.fi/a.b."]),
    ("sv", ["Ca. 5 f.d. elever, d.v.s. barn osv.", "Nästa mening.", "Han kom 18.4.2016.", "Sedan åkte han."]),
    ("fi", ["Esim. Kela, HSL ym. auttavat.", "Lapsi aloittaa 1. luokan.", "Klo 9.00 avataan.", "Puh. 09 816 21."]),
    ("fi", ["Hae 5. toukokuuta mennessä.", "1. Täytä lomake.", "2. Lähetä se.", "Nro 5 ja n. 5 euroa ns. omavastuu."]),
    (
        "en",
        ["See e.g. Kela, i.e. the office.", "It costs approx. 5 euros.", "The answer is no.", "You may call no. 5."],
    ),
    (
        "en",
        [
            "Open from 9 a.m. to 5 p.m. daily.",
            "Mail a.b@espoo.fi or go to St. Mary.",
            "Yes!",
            "https://e.fi/a.b?c=1.2 is it.",
        ],
    ),
]


@pytest.mark.parametrize(("language", "sentences"), SENTENCES)
def test_sentences_end_where_they_do(language: Language, sentences: list[str]) -> None:
    assert split_sentences(" ".join(sentences), language) == sentences


def test_an_empty_line_ends_a_sentence() -> None:
    assert split_sentences("Hinta on n.\n\n5 euroa", "fi") == ["Hinta on n.", "5 euroa"]


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(st.sampled_from([*"aA1.!?:;() \n\"'", "t.ex.", "esim.", "no.", " 1. ", "kl. "]), max_size=60).map(
            "".join
        ),
    ),
    st.sampled_from(LANGUAGES),
)
@settings(max_examples=150, deadline=None)
def test_sentences_are_the_text_again(text: str, language: Language) -> None:
    parts = split_sentences(text, language)
    assert "".join(" ".join(parts).split()) == "".join(text.split())
    assert all(part == part.strip() and part for part in parts)


def test_the_committed_model_is_that_of_its_manifest() -> None:
    digests = json.loads((WEIGHTS.parent / "manifest.json").read_text())
    assert hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() == digests[WEIGHTS.name]
