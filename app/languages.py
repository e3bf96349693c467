"""Which language a text is in.

A small linear model over letters tells the three apart (made by `eval/training/languages.py`); `app/other_languages.py`
knows the others.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.domain import LANGUAGES, Language
from app.errors import ConfigurationError
from app.lemmas import STOPWORDS, fold
from app.other_languages import load_model, other_language
from app.sentences import split_sentences

__all__ = ["Detected", "Detector", "detect_language", "load_detector", "split_sentences"]

WEIGHTS = Path(__file__).parent / "weights" / "languages" / "weights.npy"
BUCKETS = 1 << 15
_LONGEST = 4  # letters in a sequence; whole words count too
_MOST_WORDS = 200  # what comes after them changes nothing
_MOST_LETTERS = 40  # of a word
# One word may not decide against the others: "how get henkilötunnus" is an English question.
_WORD_LIMIT = 3.0
_PRIOR = 1.2  # what the expected language gains: half of a clear word
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# Said alike in all three languages, so they tell nothing.
_NAMES = """
kela fpa hsl hrt migri dvv omnia espoo esbo helsinki helsingfors vantaa vanda kauniainen grankulla suomi finland
matinkylä leppävaara tapiola espoonlahti kivenlahti otaniemi iso omena ok eu eta www fi pdf luvn hus
"""
_SERVICE = re.compile(r"hello\s+espoo", re.IGNORECASE)
_FALLBACK: Language = "en"
# A lone Finnish word is what the thing is called here, whoever asks; but not these.
_FINNISH_TALK = "hei moi moikka terve heippa päivää huomenta kiitos kiitti apua joo kyllä ei anteeksi"
_LONE_WORD_CONFIDENCE = 0.5

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Detected:
    """`other` is the code of the language, where it is none of the three."""

    language: Language
    confidence: float
    other: str | None = None


class Detector:
    def __init__(self, weights: Weights, stopwords: dict[Language, frozenset[str]]) -> None:
        """`weights`: one row for each bucket, one column for each language."""
        self._weights, self._stopwords = weights, stopwords
        self._names, self._finnish_talk = frozenset(_NAMES.split()), frozenset(_FINNISH_TALK.split())

    def detect(self, text: str, prior: Language | None = None) -> Detected:
        """The language of a text; where it tells nothing (a name, a number, an emoji), the prior or else English."""
        asked = _SERVICE.sub(" ", text)
        told = [word for word in detection_words(asked) if word not in self._names]
        other = None if self._mostly_listed(told) else other_language(asked, len(told))
        if other or not told:
            return Detected(prior or _FALLBACK, 1 / len(LANGUAGES), other)
        logits = np.sum([self._word_evidence(word) for word in told], axis=0)
        logits += [_PRIOR if code == prior else 0.0 for code in LANGUAGES]
        shares = np.exp(logits - logits.max())
        best = int(np.argmax(shares))
        lone_finnish = len(told) == 1 and LANGUAGES[best] == "fi" and told[0] not in self._finnish_talk
        if prior and prior != "fi" and lone_finnish:
            return Detected(prior, _LONE_WORD_CONFIDENCE)
        return Detected(LANGUAGES[best], float(shares[best] / shares.sum()))

    def _mostly_listed(self, words: list[str]) -> bool:
        """More than half are common words of one of the three: "hi i am nguyen"."""
        return any(2 * sum(word in listed for word in words) > len(words) for listed in self._stopwords.values())

    def _word_evidence(self, word: str) -> Weights:
        listed = [word in self._stopwords[code] for code in LANGUAGES]
        if sum(listed) == 1:  # "hello" has Finnish letters
            return np.array([_WORD_LIMIT if here else -_WORD_LIMIT / 2 for here in listed], dtype=np.float32)
        scores: Weights = self._weights[list(buckets(word))].sum(axis=0)
        scores = scores - scores.mean()
        highest = float(np.abs(scores).max())
        return scores * min(1.0, _WORD_LIMIT / highest) if highest > 0 else scores


def load_detector(file: Path = WEIGHTS) -> Detector:
    """Read the model.

    Raises:
        ConfigurationError: it is missing or damaged.
    """
    try:
        listed = tomllib.loads(STOPWORDS.read_text(encoding="utf-8"))
        weights = np.load(file).astype(np.float32)
        load_model()
        return Detector(weights, {code: frozenset(fold(listed[code]).split()) for code in LANGUAGES})
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"The language model {file} cannot be read: {error}") from error


@cache
def _shared() -> Detector:
    return load_detector()


def detect_language(text: str, prior: Language | None = None) -> Detected:
    return _shared().detect(text, prior)


def detection_words(text: str) -> list[str]:
    """The words that tell a language, at most the first 200."""
    return [match[0][:_MOST_LETTERS] for match, _ in zip(_WORD.finditer(fold(text)), range(_MOST_WORDS), strict=False)]


def buckets(word: str) -> Iterator[int]:
    """The numbers of a word's letter sequences and of the word itself."""
    padded = f"<{word}>"
    yield zlib.crc32(padded.encode("utf-8", "replace")) % BUCKETS
    for size in range(1, _LONGEST + 1):
        for start in range(len(padded) - size + 1):
            yield zlib.crc32(padded[start : start + size].encode("utf-8", "replace")) % BUCKETS
