"""What was meant by those who type without dots, or wrong, with the real tables."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from app.domain import Language
from app.errors import ConfigurationError
from app.lexical import load_analyser
from app.writing import FOLDER, Writing, surrounding
from eval.training.writing import meant, surroundings


@pytest.fixture(scope="module")
def writing() -> Writing:
    return Writing(load_analyser())


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("fi", "milloin paivahoitoa pitaa hakea", "milloin päivähoitoa pitää hakea"),
        ("fi", "LAPSEN Paivahoito?", "LAPSEN Päivähoito?"),
        ("fi", "mis voi opiskella suomee ilmatteeks", "missä voi opiskella suomea ilmaiseksi"),
        ("fi", "Haluan erota miehestäni", "Haluan erota miehestäni"),
        ("fi", "Mun poika on Espoos koulus", "Minun poika on Espoossa koulussa"),
        (
            "sv",
            "kan ja jobba? ja vill börja o nån måste hjälpa",
            "kan jag jobba? jag vill börja och någon måste hjälpa",
        ),
        ("sv", "Ja, det är så", "Ja, det är så"),
        ("sv", "Ja kan man få en dom? ja är det gratis", "Ja kan man få en dom? ja är det gratis"),
        ("sv", "blodgrupp O", "blodgrupp O"),
        ("en", "no u-turns for u", "no u-turns for you"),
        ("en", "my son 7 yrs wich school", "my son 7 years which school"),
        ("sv", "kan jag fa korkort i finland", "kan jag få körkort i finland"),
        ("sv", "hur lange galler uppehallstillstandet", "hur länge gäller uppehållstillståndet"),
        ("sv", "Åbo ar en stad", "Åbo ar en stad"),  # whoever writes Å can write ä
        ("en", "where do i apply for a passport", "where do i apply for a passport"),
        ("sv", "barn under 3 ar, i ar, tva ar sedan", "barn under 3 år, i år, två år sedan"),
        ("fi", "asun leppavaarassa", "asun leppävaarassa"),
        ("sv", "mjolkburken pa aldreboendet", "mjölkburken på äldreboendet"),
        ("sv", "paivakoti", "päiväkoti"),  # a Finnish term, whoever asks
        ("en", "where do i get a henkilotunnus", "where do i get a henkilötunnus"),
        ("fi", "", ""),
    ],
)
def test_dots_and_rings_are_put_back(writing: Writing, language: Language, typed: str, meant: str) -> None:
    assert writing.read(typed, language) == meant


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("en", "how do i get a pasport", "how do i get a passport"),
        ("en", "My Adress has changed", "My Address has changed"),
        ("sv", "nar komer beslutet", "när kommer beslutet"),
        ("fi", "mista saan verokrotin", "mistä saan verokortin"),
        ("fi", "Tarvitsenkko luvan?", "Tarvitsenko luvan?"),
        ("en", "HOW DO I GET A PASPORT", "HOW DO I GET A PASSPORT"),
    ],
)
def test_a_wrong_letter_is_put_right(writing: Writing, language: Language, typed: str, meant: str) -> None:
    assert writing.read(typed, language) == meant


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "My friend Ahmedi lives in Kilo"),  # a name
        ("sv", "Svetlana Petrova och Goran"),
        ("en", "Farah doesn't know, they havent said, youre right"),
        ("fi", "espoo.fi/paivahoito tai ole_tyo1@espoo.fi"),
        ("fi", "nimi [nimi poistettu], tunnus [henkilotunnus]"),
        ("en", "I take Ozempic"),
        ("en", "is a chlamydia test free"),  # no table has the word
        ("fi", "Asun Matinkylässä, lähellä Iso Omenaa"),
        ("fi", "vuokratakuuvakuutus"),  # a compound that no table has
        ("sv", "FPA och DVV"),
        ("fi", "漢字 😀 \ud800 ̈"),
        ("en", "a" * 100),
    ],
)
def test_what_may_be_right_is_left_alone(writing: Writing, language: Language, text: str) -> None:
    assert writing.read(text, language) == text


def test_neighbours_are_told_in_turn() -> None:
    assert surrounding("kana", 1) == "anka^^"


def test_surroundings_decide_as_the_words_do() -> None:
    assert surroundings({"päivä": 5.0, "paita": 5.0, "aita": 3.0}) == {"a": "a", "aipv": "ä", "a^v": "ä"}


def test_a_word_seen_once_is_not_meant_by_others() -> None:
    found = meant(Counter({"kortti": 9, "korrti": 1, "on": 50}), Counter({"pitääkö": 5}), Counter({"verokortti": 1}))
    assert set(found) == {"kortti", "pitaako", "verokortti"}
    assert found["verokortti"] > found["kortti"]


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=str(tmp_path)):
        Writing(load_analyser(), tmp_path)


def test_the_tables_are_those_of_the_manifest() -> None:
    files = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert files == {path.name: sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("??.*")}
