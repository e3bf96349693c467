"""Which language a text is in, and where its sentences end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sentencex
from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from app.domain import Language

_CODES: dict[LinguaLanguage, Language] = {
    LinguaLanguage.FINNISH: "fi",
    LinguaLanguage.SWEDISH: "sv",
    LinguaLanguage.ENGLISH: "en",
}


@dataclass(frozen=True)
class Detected:
    language: Language
    confidence: float
    other: str | None = None


class Detector:
    def __init__(self, engine: LanguageDetector) -> None:
        self._engine = engine

    def detect(self, text: str, prior: Language | None = None) -> Detected:
        values = self._engine.compute_language_confidence_values(text.encode("utf-8", "ignore").decode())
        if not values or values[0].value < 0.4:
            return Detected(prior or "en", 0.3)
        return Detected(_CODES[values[0].language], values[0].value)


def load_detector() -> Detector:
    return Detector(LanguageDetectorBuilder.from_languages(*_CODES).build())


@cache
def _shared() -> Detector:
    return load_detector()


def detect_language(text: str, prior: Language | None = None) -> Detected:
    return _shared().detect(text, prior)


def split_sentences(text: str, language: Language) -> list[str]:
    clean = text.encode("utf-8", "replace").decode()
    return [part.strip() for part in sentencex.segment(language, clean) if part.strip()]
