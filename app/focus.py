"""What is asked at the heart of a story: its question, without what was told around it."""

from __future__ import annotations

from app.domain import Language
from app.sentences import split_sentences

SHORTEST = 3  # words; "Is it possible?" says too little alone


def focus_of(text: str, language: Language) -> str:
    """The last sentence that ends in a question mark and says something; the whole text where there is none."""
    sentences = list(split_sentences(text, language)) if len(text.split()) > SHORTEST else []
    asked = (sentence for sentence in reversed(sentences) if sentence.rstrip().endswith("?"))
    return next((sentence for sentence in asked if len(sentence.split()) > SHORTEST), text)
