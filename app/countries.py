"""On which side of the EU's border a text stands: by the countries that it names, or by its heading.

What an EU citizen may do with a licence, a pet or a permit somebody from outside may not, and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from app.words import words

Side = Literal["inside", "outside", ""]

# Beginnings of the countries' and their people's names in Finnish, Swedish and English, folded. Inside are the EU,
# Norway and Iceland; Switzerland is neither. Languages are not meant: "ruotsiksi", "på svenska".
_INSIDE = tuple(
    """saksas saksal saksaan tyskl german fransk frankrik ranskas ranskalai france french espanj spanien spansk spain
    spanish itali portug puolas puolalai polen polsk poland polish virosta virossa virolai viroon estl estnis
    estonia latvia lettl lettis liettu litau lithuan ruotsis ruotsal sverige sweden tansk danmark dansk denmark
    danish norjas norjal norge norsk norway norweg islant islann isländsk iceland itävalt österrik austria hollan
    alankom nederl netherl dutch belgi irlan irländ ireland irish kreik grekl grekis greece greek unkar ungern
    ungersk hungar romania rumän bulgar kroati croat sloven slovak tšek tjeck czech malta kypro kypri cypern cyprus
    luxemb""".split()  # noqa: SIM905
)
_OUTSIDE = tuple(
    """iran irak iraq syyri syrie syria syrisk afgan afghan pakist intia intias indien indier indisk india nepal
    banglad kiina kinesis kinesen china chines vietnam thaim thail thai filipp philippin japan korea indones malays
    singap turkiss turkist turkil turkkil turkiet turkisk turkey turkish venäj ryssl rysk russia ukrain valkoven
    belarus vitryss moldov georgi armenia armenis azerb kazak uzbek kirgi alban kosov serbi bosni makedon macedon
    montene somal etiop ethiop eritr keni kenya nigeri ghan kongo congo kamerun cameroon gambi senegal marok morocc
    algeri tunisi egypt libya libyen sudan sydafrik etelä-afrik mongol myanmar rwanda qatar taiwan zambi chile ugand
    tansan tanzan israel palest libanon lebanon jordani saudi jemen yemen emiraat dubai yhdysval amerikk amerikan
    amerika america kanad canad brasil brazil kolumb colomb venezuel meksik mexi argentin kuuba cuba austral britann
    brittil brittis british storbrit skotl scotl""".split()  # noqa: SIM905
)
_EXACT_INSIDE, _EXACT_OUTSIDE = {"saksan", "ranskan", "puolan", "viron", "norjan"}, {"usa", "uk", "england", "englanti"}
# A language is asked for, not a country told of: "venäjäksi", "på franska", "in French".
_LANGUAGE = re.compile(r"\w+ksi|(?:på|talar|in|speaks?|puhun) \w+?(?:ska|ish|ian|ese|nch|man|eek|tch)", re.IGNORECASE)
_OF_EU = re.compile(r"(?<![\w-])(?:EU|EEA|EES|ETA)(?!\w)|\bNordic\b|[Pp]ohjoismaa|\b[Nn]ordisk")
_OF_NORDIC = re.compile(r"\bNordic\b|[Pp]ohjoismaa|\b[Nn]ordisk")
_NORDIC = tuple(
    """ruotsi ruotsal sverige svensk swed norja norge norsk norw tansk danmark dansk denmark danish danes island islan
    iceland nordic nordisk norden pohjoism""".split()  # noqa: SIM905
)
_ABOUT_OTHERS = re.compile(r"\b(?:British|brittisk|britti|spouse|mak[ea]|puoliso)", re.IGNORECASE)
_TURN = re.compile(r"(?<=[.?!])\s+(?=(?:and|but|what about|och|men|ja|entä|mutta)\b)", re.IGNORECASE)
_BEYOND = re.compile(r"\b(?:outside|not an|utanför|inte|ulkopuol\w*|ei ole)\b", re.IGNORECASE)


def side_of(text: str) -> Side:
    """Of whoever asks; nothing where countries of both sides are named, or none, or the EU itself. A turn that goes on
    from the question before it ("and my wife has one from Germany?") tells it alone, where it names a country.
    """
    *_, turn = _TURN.split(text)
    return _named_in(turn) or _named_in(text)


def _named_in(text: str) -> Side:
    if _OF_EU.search(text):
        return ""
    found = [word.text for word in words(_LANGUAGE.sub(" ", text))]
    inside = any(word.startswith(_INSIDE) or word in _EXACT_INSIDE for word in found)
    outside = any(word.startswith(_OUTSIDE) or word in _EXACT_OUTSIDE for word in found)
    return "" if inside == outside else "inside" if inside else "outside"


def side_of_heading(headings: Sequence[str]) -> Side:
    """Of a section, by its own heading."""
    last = headings[-1] if headings else ""
    if not _OF_EU.search(last) or _ABOUT_OTHERS.search(last):
        return ""
    return "outside" if _BEYOND.search(last) else "inside"


def is_for_others(text: str, headings: Sequence[str]) -> bool:
    """Whether a section is for Nordic citizens alone, by its own heading, and who asks names nothing of the Nordic
    countries; or for people on the other side of the EU's border.
    """
    last = headings[-1] if headings else ""
    if _OF_NORDIC.search(last) and not any(word.text.startswith(_NORDIC) for word in words(text)):
        return True
    side = side_of_heading(headings)  # most have none, and the text is looked at for the others alone
    return bool(side) and side_of(text) not in ("", side)
