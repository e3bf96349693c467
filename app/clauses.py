"""The questions in a question: "Where do I get a tax card, and what does it cost?" asks for two things."""

from __future__ import annotations

import re

from app.domain import Language
from app.sentences import split_sentences
from app.subject import has_subject

MOST = 3  # that are searched
SHORTEST = 2  # words
GREETING = 1  # words before the one that a question begins with: "and", "so", "hi"
SHORT = 5  # words, up to which a clause hardly names its matter
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|he|she|him|her|that|this|there|se|sen|sitä|siihen|siellä|sinne|ne|niitä|hän|hänet|hänelle|häntä"
    r"|tämä|den|det|dem|han|hon|honom|henne|detta|där|dit)\b",
    re.IGNORECASE,
)
# What begins a question of its own after "and" or a comma.
_BEGINS: dict[Language, str] = {
    "fi": r"miten|mitä|mikä|mitkä|milloin|koska|missä|mistä|mihin|minne|kuka|kenelle|kuinka|paljonko|montako|kauanko"
    r"|voi(?:n|t|mme|ko|nko)\w*|onko|saa(?:n|ko|nko)|pitääkö|täytyykö|maksaako|tarvitse\w*",
    "sv": r"hur|vad|när|var|vart|vem|vilk\w+|varifrån|kan|får|måste|behöver|kostar|är|finns|ska",
    "en": r"how|what|when|where|who|which|can|could|do|does|is|are|must|should|may|will",
}
# What begins a request, though no question mark ends it.
_REQUESTS = re.compile(
    r"(?:please |hei,? |hi,? |hej,? )?(?:tell|explain|advise|help|i (?:want|need|would like) to know|i wonder"
    r"|kerro\w*|neuvo\w*|selit\w+|auta\w*|halua(?:n|isin) tietää"
    r"|berätta|förklara|hjälp|jag (?:vill|skulle vilja) veta|jag undrar)\b",
    re.IGNORECASE,
)
# What tells a question wherever it stands.
_INSIDE: dict[Language, str] = {
    "fi": r"\w+k[oö](?:han|hän|s)?\b|\b(?:miten|milloin|missä|mistä|mihin|minne|kenelle|kuinka|paljonko|kauanko)\b",
    "sv": r"\b(?:hur|var|vart|vem|vilk\w+|varifrån|vad)\b",
    "en": r"\b(?:how|what|where|which|who)\b",
}
_AND: dict[Language, str] = {"fi": "ja|sekä|entä", "sv": "och|samt", "en": "and|also"}


def clauses_of(text: str, language: Language) -> list[str]:
    """Two questions or more, each to be searched alone; nothing where it is one question."""
    asked = [sentence for sentence in split_sentences(text, language) if sentence.rstrip().endswith("?")]
    begins = rf"(?:\s*,\s*|\s+)(?:(?:{_AND[language]})\s+)(?=(?:{_BEGINS[language]})\b)"
    parts = [part.strip() for sentence in asked for part in re.split(begins, sentence, flags=re.IGNORECASE)]
    parts = _with_what_is_told([part for part in parts if len(part.split()) >= SHORTEST], language)
    return parts if len(parts) > 1 else []


def _with_what_is_told(parts: list[str], language: Language) -> list[str]:
    """What is told ("My mother lives in Nigeria") is no question, and stands before the one that follows."""
    found, told = list[str](), ""
    for part in parts:
        whole = f"{told} {part}".strip()
        told = "" if _asks(part, language) else whole
        found += [] if told else [whole]
    if told and found:
        found[-1] += f" {told}"
    return found


def _asks(part: str, language: Language) -> bool:
    """Whether it begins as a question, or holds a word that only questions have."""
    begins = rf"(?:\W*\w+\W+){{0,{GREETING}}}?(?:{_BEGINS[language]})\b"
    return bool(re.match(begins, part, re.IGNORECASE) or re.search(_INSIDE[language], part, re.IGNORECASE))


def asking_sentences(text: str, language: Language) -> str:
    """The sentences of a text that ask or request; the whole text where none does. What is told besides is context."""
    found = [s for s in split_sentences(text, language) if s.rstrip().endswith("?") or _REQUESTS.match(s)]
    return " ".join(found) or text


def stand_alone_clauses(clauses: list[str]) -> list[str]:
    """As they are searched: a short one, or one that points back, takes the first along."""
    first, *others = clauses
    return [first, *(f"{first} {clause}" if _leans(clause) else clause for clause in others)]


def _leans(clause: str) -> bool:
    return len(clause.split()) <= SHORT or not has_subject(clause) or bool(_POINTS_BACK.search(clause))
