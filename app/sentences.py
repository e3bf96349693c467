"""Where sentences end. sentencex knows most; what it lacks for our three languages is joined again here."""

from __future__ import annotations

import re

import sentencex

from app.domain import Language

# After these a sentence always goes on.
_INSIDE: dict[Language, str] = {
    "fi": "esim. ns. os. puh. klo. ts. vrt. ks.",
    "sv": "t.ex. bl.a. s.k. d.v.s. dvs. f.d. f.ö. ca. jfr. jmf. tel. resp. fr.o.m. t.o.m. kl.",
    "en": "e.g. i.e. approx. st. dr. mr. mrs. ms. vs. cf. tel. incl.",
}
# These may also be a sentence's last word: it goes on with a small letter or a digit.
_MAYBE_LAST: dict[Language, str] = {
    "fi": "mm. ym. jne. yms. tms. alk. v. kpl. min. kk.",
    "sv": "osv. m.m. m.fl. o.d. o.s.v. etc. st. p.g.a. min. tim. inkl. exkl.",
    "en": "etc. a.m. p.m. u.s. u.k. inc. ltd. fig. sec. min.",
}
# These go on only if a number follows.
_BEFORE_NUMBER = "no. nr. nro. n. s. p. art."
_ORDINAL = re.compile(r"\d{1,2}\.")
_LIST_NUMBER = re.compile(r"(?s)(.*[.!?:;])\s+(\d{1,2}\.)")  # the end of one sentence and the start of a list item
_OPENING = "([\"'”“‘’»"


def split_sentences(text: str, language: Language) -> list[str]:
    """The sentences of a text. Joined with spaces they are the text again, but for its white space."""
    parts: list[str] = []
    fresh = True
    for segment in sentencex.segment(language, text.encode("utf-8", "replace").decode()):
        part = segment.strip()
        if not part:
            fresh = True  # an empty line ends whatever stands above it
        elif not fresh and (joined := _joined(parts[-1], part, language)):
            parts[-1:] = joined
        else:
            parts.append(part)
            fresh = False
    return parts


def _joined(before: str, after: str, language: Language) -> list[str] | None:
    """The two as they belong together, or None where they are two sentences indeed."""
    if _goes_on(before, after, language):
        return [f"{before} {after}"]
    number = _LIST_NUMBER.fullmatch(before)
    if number and not _abbreviated(number[1]):  # "… mennessä. 2." + "Täytä lomake."
        return [number[1], f"{number[2]} {after}"]
    if _ORDINAL.fullmatch(before):
        return [f"{before} {after}"]
    return None


def _goes_on(before: str, after: str, language: Language) -> bool:
    last = _last_word(before)
    if last in _INSIDE[language].split():
        return True
    small, digit = after[0].islower(), after[0].isdigit()
    if last in _MAYBE_LAST[language].split():
        return small or digit
    return (last in _BEFORE_NUMBER.split() and digit) or (bool(_ORDINAL.fullmatch(last)) and small)


def _abbreviated(text: str) -> bool:
    return _last_word(text) in _BEFORE_NUMBER.split()


def _last_word(text: str) -> str:
    return text.rsplit(None, 1)[-1].lower().lstrip(_OPENING)
