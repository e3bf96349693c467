"""Whether a question says what it is about: "How much does it cost?" alone does not, and any price would be a guess."""

from __future__ import annotations

import re

_WORDS = """
how much many long often soon far what where when who why which does do did is are was can could will would should
must may i we you he she they it its that this there them these those the a an and or but so then cost costs price
pay open closed free possible please ok go get help me us my our ask need want somebody someone anybody anyone now
paljonko paljon kuinka miten mikä mitä missä mihin mistä milloin kuka miksi kauan usein se sen sitä siitä siinä
siihen sillä ne niitä tämä tämän tätä tuo onko ovatko voiko voinko saako saanko pitääkö entä ja vai tai niin sitten
maksaa maksavat maksettava hinta auki kiinni ilmainen ilmaista kestää minun minä minua meidän meitä me voimme saamme
saan saada minne kenelle keneltä mennä menen menemme tehdä teen teemme kysyä apua auttaa auttaisi joku nyt
hur mycket många länge ofta snart vad var vart när vem varför vilken kan får måste är det den de dem detta denna där
här och eller men så då kostar kosta pris priset öppet stängt gratis tar jag man vi finns mig oss min mitt gå gör göra
ska skall fråga vända hjälp hjälpa behöver vill någon nu
"""
# When and in what order: a matter of its own only for who has asked nothing before.
_WHEN = """
at on in for of to på i till om av för
night nights evening evenings morning weekend weekends monday tuesday wednesday thursday friday saturday sunday sundays
saturdays today tomorrow tonight later first last next week month year time times day days hours
yöllä illalla iltaisin aamulla viikonloppuna viikonloppuisin maanantaina tiistaina keskiviikkona torstaina perjantaina
lauantaina lauantaisin sunnuntaina sunnuntaisin tänään huomenna myöhemmin ensin ensiksi aika aikaa viikko kuukausi vuosi
natten natt kvällen kvällar morgonen helgen helger måndag tisdag onsdag torsdag fredag lördag söndag lördagar söndagar
idag imorgon senare först tid tiden vecka månad år dag dagar
"""
_PLAIN = str.maketrans("åäö", "aao")  # many type without the dots
_EMPTY = frozenset(_WORDS.translate(_PLAIN).split())
_NOT_NEW = _EMPTY | frozenset(_WHEN.translate(_PLAIN).split())


def has_subject(text: str) -> bool:
    """Whether any word is left beside those of which any question is made."""
    return any(word not in _EMPTY for word in _words(text))


def has_subject_of_its_own(text: str) -> bool:
    """Whether that is so behind another question: "and at night?" asks when, of what was asked before."""
    return any(word not in _NOT_NEW for word in _words(text))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold().translate(_PLAIN))
