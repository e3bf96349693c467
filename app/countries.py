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
    """saksas saksal tyskl german fransk frankrik ranskas ranskal france french espanj spanien spansk spain spanish
    itali portug puolas puolal polen polsk poland polish viron viros virol estl estnis estonia latvia lettl lettis
    liettu litau lithuan ruotsis ruotsal sverige sweden tansk danmark dansk denmark danish norjas norjal norge norsk
    norway norweg islant islann isländsk iceland itävalt österrik austria hollan alankom nederl netherl dutch belgi
    irlan irländ ireland irish kreik grekl grekis greece greek unkar ungern ungersk hungar romania rumän bulgar
    kroati croat sloven slovak tšek tsek tjeck czech malta kypro kypri cypern cyprus luxemb""".split()  # noqa: SIM905
)
_OUTSIDE = tuple(
    """iran irak iraq syyri syrie syria syrisk afgan afghan pakist intia intias indien indier indisk india nepal
    banglad lanka kiina kina kines china chines vietnam thaim thail thai filip philip japan korea indones malays
    singap turki turkk turkey venäj ryssl rysk russia ukrain valkoven belarus vitryss moldov georgi armen azerb
    kazak uzbek kirgi alban kosov serbi bosni makedon macedon montene somal etiop ethiop eritr keni kenya nigeri
    ghan kongo congo kamerun cameroon gambi senegal marok morocc algeri tunisi egypt libya libyen sudan sydafrik
    ugand tansan tanzan israel palest libanon leban jordani jordan saudi jemen yemen emiraat dubai yhdysval usa
    amerikk amerik america kanad canad brasil brazil kolumb colomb venezuel meksik mexi argentin kuuba cuba austral
    britann brittil brittis british storbrit skotl scotl""".split()  # noqa: SIM905
)
_OF_EU = re.compile(r"(?<![\w-])(?:EU|EEA|EES|ETA)(?!\w)|\bNordic\b|[Pp]ohjoismaa|\b[Nn]ordisk")
_BEYOND = re.compile(r"\b(?:outside|not an|utanför|inte|ulkopuol\w*|ei ole)\b", re.IGNORECASE)


def side_of(text: str) -> Side:
    """Of whoever asks; nothing where countries of both sides are named, or none."""
    found = [word.text for word in words(text)]
    inside, outside = (any(word.startswith(names) for word in found) for names in (_INSIDE, _OUTSIDE))
    return "" if inside == outside else "inside" if inside else "outside"


def side_of_heading(headings: Sequence[str]) -> Side:
    """Of a section, by its own heading."""
    last = headings[-1] if headings else ""
    if not _OF_EU.search(last):
        return ""
    return "outside" if _BEYOND.search(last) else "inside"
