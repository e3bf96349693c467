"""The questions in a question: "Where do I get a tax card, and what does it cost?" asks for two things."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.domain import Language
from app.sentences import split_sentences
from app.subject import has_subject

MOST = 3  # that are searched
SHORTEST = 2  # words
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
# What begins a question too, but after "and" may as well go on with what is told.
_OPENS: dict[Language, str] = {
    "fi": r"miksi|minkä|millai\w+",
    "sv": r"har|går|blir|gäller|varför|skulle|borde",
    "en": r"am|have|has|had|did|would|was|were|why",
}
_BEFORE = r"(?:hei|moi|no|siis|ja|mutta|hej|så|och|men|hi|hello|so|and|but|please)"
# What tells a question wherever it stands.
_INSIDE: dict[Language, str] = {
    "fi": r"\b(?!viik|kirk|verk|jouk|lak|luk)\w{2,}k[oö](?:han|hän|s)?\b"
    r"|\b(?:miten|milloin|mihin|minne|kenelle|kuinka)\b",
    "sv": r"\b(?:hur|vart|vem|varifrån|vad)\b",
    "en": r"\b(?:how|what)\b",
}
_AND: dict[Language, str] = {"fi": "ja|sekä|entä", "sv": "och|samt", "en": "and|also"}


def clauses_of(text: str, language: Language) -> list[str]:
    """Two questions or more, each to be searched alone; nothing where it is one question."""
    sentences = split_sentences(text, language)
    asked = [s for s in sentences if s.rstrip().endswith("?") or ("?" not in text and _asks(s, language))]
    parts = [part for sentence in asked for part in _parts(sentence, language)]
    parts = [part for part in parts if len(part.split()) >= SHORTEST]
    return parts if len(parts) > 1 else []


def _parts(sentence: str, language: Language) -> Iterator[str]:
    """The questions of a sentence; what is told before one ("My mother lives in Nigeria and …") stays with it."""
    begins = rf"(?:\s*,\s*|\s+)(?:(?:{_AND[language]})\s+)(?=(?:{_BEGINS[language]})\b)"
    start = judged = 0
    for cut in re.finditer(begins, sentence, re.IGNORECASE):
        if _asks(sentence[judged : cut.start()], language):
            yield sentence[start : cut.start()].strip()
            start = cut.end()
        judged = cut.end()
    yield sentence[start:].strip()


def _asks(part: str, language: Language) -> bool:
    """Whether it begins as a question, a greeting or "and" before it, or holds a word that hardly anything else has."""
    begins = rf"\W*(?:{_BEFORE}\W+)?(?:{_BEGINS[language]}|{_OPENS[language]})\b"
    return bool(re.match(begins, part, re.IGNORECASE) or re.search(_INSIDE[language], part, re.IGNORECASE))


def asks(text: str, language: Language) -> bool:
    """Whether any sentence of a text asks or requests something, be it without a question mark."""
    sentences = [sentence.strip() for sentence in split_sentences(text, language)]
    return any(s.endswith("?") or _asks(s, language) or _REQUESTS.match(s) for s in sentences)


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
