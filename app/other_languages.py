"""Languages other than Finnish, Swedish and English: which one a text is in, and what is said in it."""

from __future__ import annotations

import io
import lzma
import re
import tomllib
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

from app.domain import LANGUAGES

TOLD = Path(__file__).parent / "locales" / "other_languages.toml"
ROMANISED = Path(__file__).parent / "weights" / "languages" / "romanised.toml"
# By Unicode name, the languages written in a script that none of the three uses; alone, the model is not asked.
_SCRIPTS = {
    "CYRILLIC": ("ru", "uk", "bg", "be", "sr", "mk"), "ARABIC": ("ar", "fa", "ur", "ps", "sdh"),
    "DEVANAGARI": ("hi", "ne"), "ETHIOPIC": ("am",), "CJK": ("zh", "ja"), "HIRAGANA": ("ja",), "KATAKANA": ("ja",),
    "HANGUL": ("ko",), "THAI": ("th",), "BENGALI": ("bn",), "TAMIL": ("ta",), "GREEK": ("el",), "HEBREW": ("he",),
    "GEORGIAN": ("ka",), "ARMENIAN": ("hy",), "SINHALA": ("si",), "GURMUKHI": ("pa",), "KHMER": ("km",),
    "MYANMAR": ("my",),
}  # fmt: skip
_LATIN = (
    "et", "so", "sq", "ku", "vi", "tr", "es", "pl", "fr", "de", "it", "pt", "ro", "hu", "lv", "lt", "tl", "id", "nl",
    "no", "nn", "da", "cs", "sk", "hr", "sl", "sw", "is",
)  # fmt: skip
_MOVES = ("nextmove", "nextmove_row")
_CALLED = {"nn": "no", "sdh": "ckb"}
# Sorani and Tigrinya, which the model lacks, and Belarusian and Ukrainian, which it takes for Russian where little is
# written, by letters and words that their neighbours do without.
_MARKS = {
    "ckb": re.compile("[ڕڵێۆ]"),
    "ti": re.compile("[ኣኸኹኺኻኽቐቑቕ]"),
    "be": re.compile("ў", re.IGNORECASE),
    "uk": re.compile(r"[іїєґ]|\b(?:коли|чи|як|що|зможу|треба)\b", re.IGNORECASE),
}
_CHAT_ARABIC = re.compile(r"[a-z]+[37][a-z]+|[37][a-z]{2,}")  # 7 and 3 stand for ح and ع
_OUR_LETTERS = re.compile("[A-Za-zÅÄÖåäö]+")
_PIECE = re.compile(r"[a-z0-9']+")
# How far the best other language must be above the best of the three, by words. Of 168 foreign questions the lowest is
# at 2.8; of 32,600 in the three languages 3 are taken for another. Few words say less, and one says nothing.
_MARGINS = {0: float("inf"), 1: float("inf"), 2: 3.5, 3: 3.5}
_MARGIN = 2.0
_MOST = 500  # letters; what comes after them changes nothing
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    code: str
    name: str
    text: str
    rtl: bool


def told_in(code: str) -> OtherLanguage | None:
    """What is said to one who asks in a language that the service does not answer in."""
    return told().get(code)


def other_language(text: str, words: int) -> str | None:
    """The code of the language that a text is in, where it is none of the three.

    Args:
        text: what was written.
        words: how many of its words tell a language.
    """
    start = text[:_MOST]
    script = _script(start)
    if script:
        return _of_script(start, _SCRIPTS[script])
    return _romanised(start.lower()) or (None if _only_names(start) else _of_latin(start, words))


def _script(text: str) -> str | None:
    """A foreign script, where most letters are of one."""
    scripts = Counter(unicodedata.name(char, "").split(" ")[0].split("-")[0] for char in text if char.isalpha())
    found = next((name for name, _ in scripts.most_common() if name in _SCRIPTS), None)
    return found if found and 2 * scripts[found] > scripts.total() else None


def _of_script(text: str, candidates: tuple[str, ...]) -> str:
    marked = next((code for code, marks in _MARKS.items() if marks.search(text)), None)
    if marked:
        return marked
    best = candidates[0] if len(candidates) == 1 else _best_ranked(text, candidates)
    return _CALLED.get(best, best)


def _best_ranked(text: str, candidates: tuple[str, ...]) -> str:
    """Without what is written in Latin letters: "kotikunta" made a Ukrainian question Russian."""
    return next(code for code, _ in _ranked(_OUR_LETTERS.sub(" ", text)) if code in candidates)


def _romanised(text: str) -> str | None:
    pieces = _PIECE.findall(text)
    hits = {code: sum(piece in listed for piece in pieces) for code, listed in _listed().items()}
    hits["ar"] += sum(bool(_CHAT_ARABIC.fullmatch(piece)) for piece in pieces)
    best = max(hits, key=hits.__getitem__)
    return best if hits[best] >= 2 and 3 * hits[best] >= len(pieces) else None


def _only_names(text: str) -> bool:
    """Every word of a few has a capital: a person or a place."""
    words = [word for word in text.split() if word[0].isalpha()]
    return len(words) <= _MOST_NAMES and all(word[0].isupper() for word in words) and not text.isupper()


def _of_latin(text: str, words: int) -> str | None:
    needed = _MARGINS.get(words, _MARGIN)
    if needed == float("inf"):
        return None
    scores = dict(_ranked(text))
    best = max(_LATIN, key=scores.__getitem__)
    # The model adds up evidence, so a margin grows with the text.
    margin = (scores[best] - max(scores[code] for code in LANGUAGES)) / len(text.encode("utf-8", "replace")) ** 0.5
    return _CALLED.get(best, best) if margin > needed else None


def _ranked(text: str) -> Iterable[tuple[str, float]]:
    ranked: list[tuple[str, float]] = load_model().rank(text.lower())
    return ranked


@cache
def load_model() -> LanguageIdentifier:
    """py3langid, cut to the languages that matter here. A second to load, so it is done before the first question."""
    full = _identifier(MODEL_DIR / MODEL_FILE)
    full.set_languages({*LANGUAGES, *_LATIN, *(code for several in _SCRIPTS.values() for code in several)})
    cut = (full.nb_ptc, full.nb_pc, full.nb_classes, full.tk_nextmove, full.tk_output)
    return LanguageIdentifier(*cut, tk_row=full.tk_row)


def _identifier(file: Path) -> LanguageIdentifier:
    """As py3langid reads its file, but in memory: it unpacks 70 MB to a temporary file, and /tmp may be small."""
    with lzma.open(file) as packed, np.load(io.BytesIO(packed.read()), allow_pickle=False) as data:
        moves, rows = (array("H" if data[name].dtype.itemsize == 2 else "I", data[name].tobytes()) for name in _MOVES)
        chances, priors = np.asarray(data["ptc"]), np.asarray(data["pc"])
        return LanguageIdentifier(
            chances, priors, data["classes"].tolist(), moves, data["out_feat"].tolist(), tk_row=rows
        )


@cache
def _listed() -> dict[str, frozenset[str]]:
    words = tomllib.loads(ROMANISED.read_text(encoding="utf-8"))
    return {code: frozenset(listed.split()) for code, listed in words.items()}


@cache
def told() -> dict[str, OtherLanguage]:
    tables = tomllib.loads(TOLD.read_text(encoding="utf-8"))
    return {code: OtherLanguage(code=code, **table) for code, table in tables.items()}
