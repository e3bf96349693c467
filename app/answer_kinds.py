"""What kind of thing a question asks for (a price, a phone, an hour, a day, a length of time, a count), and which of them a text has.

Plain patterns in three languages. A section on the right matter that has no amount does not answer "how much", and words alone
do not show that.
"""

from __future__ import annotations

import re

from app.asked_amount import asks_price, says_price
from app.lemmas import fold, plain

_ASKS = {
    "phone": r"\bpuhelin|\bpuhelimitse|\bsoitt|\bsoitan|\bnumeroon\b|\btelefon|\bring(?:a|er)\b|\bphone|\btelephone|\bcall\b",
    "hour": r"\bauki|\bavoinna|\bmihin aikaan|\bmonelta|\bkello\b|\boppe(?:t|n|ttid)|\bvilken tid|\bstanger|\bopen\b|\bopening"
    r"|\bclos(?:e|ing)\b|\bwhat time|\bhours\b",
    "day": r"\bmilloin|\bkoska\b|\bmihin mennessa|\bviimeistaan|\bmaaraaika|\bmaaraaja|\bnar\b|\bsenast|\bdeadline|\bwhen\b|\btidsfrist",
    "length": r"\b(?:kuinka|miten) (?:kauan|pitka)|\bkauanko|\bkestaa|\bkesto|\bhur lange|\bhur lang\b|\bhow long|\bduration",
    "count": r"\b(?:kuinka|miten) mon|\bmontako|\bkuinka vanha|\bminka ikai|\bikaraja|\bhur manga|\bhur gam|\bhow many|\bhow old",
}
_DIGIT = r"\d|\byksi|\byhden|\bkaksi|\bkahde|\bkolme|\bnelja|\bviisi|\bviide|\bkuusi|\bkuude|\ben\b|\bett\b|\btva\b|\btre\b|\bfyra\b|\bfem\b|\bsex\b|\bone\b|\btwo\b|\bthree\b|\bfour\b|\bfive\b|\bsix\b"
_TIME = (
    r"vuorokau|paiva|viik|kuukau|kuukaude|vuot|vuode|tunti|tunni|minuut|dygn|dagar|\bdag|veck|manad|\bar\b|\baret|timm|minut|\bday|week|month|year|hour"
)
_SAYS = {
    "phone": r"(?:\+358|\b0\d{1,3})[ \u00a0-]?\d{2,}|\b112\b|\b116 ?\d{3}\b",
    "hour": r"\b\d{1,2}[.:]\d\d\b|\bklo\b|\bkl\. ?\d|\bympari vuorokauden|\bdygnet runt|\b24 hours|\baround the clock|a\.m\.|p\.m\.",
    "day": rf"(?:{_DIGIT})\w* ?(?:{_TIME})|\bennen\b|\bjalkeen\b|\bheti\b|\bfore\b|\befter\b|\bgenast\b|\bgenom\b|\bsenast|\bbefore\b|\bafter\b|\bwithin\b"
    r"|\bat once\b|\bimmediately\b|\bviimeistaan|\bkuluessa|\binom\b|\bkuussa\b",
    "length": rf"(?:{_DIGIT})\w* ?(?:{_TIME})|\bpermanent|\bpysyva|\btoistaiseksi|\btills vidare|\bpuolen vuoden|\bhalvar|\bhalf a year",
    "count": _DIGIT,
}  # fmt: skip
_ASKED = {kind: re.compile(pattern) for kind, pattern in _ASKS.items()}
_SAID = {kind: re.compile(pattern) for kind, pattern in _SAYS.items()}


def asked_kinds(question: str) -> frozenset[str]:
    folded = plain(fold(question))
    found = {kind for kind, pattern in _ASKED.items() if pattern.search(folded)}
    return frozenset(found | ({"price"} if asks_price(question) else set()))


def said_kinds(text: str) -> frozenset[str]:
    folded = plain(fold(text))
    found = {kind for kind, pattern in _SAID.items() if pattern.search(folded)}
    return frozenset(found | ({"price"} if says_price(text) else set()))
