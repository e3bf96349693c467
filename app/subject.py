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
_PLAIN = str.maketrans("åäö", "aao")  # many type without the dots
_EMPTY = frozenset(_WORDS.translate(_PLAIN).split())


def has_subject(text: str) -> bool:
    """Whether any word is left beside those of which any question is made."""
    return any(word not in _EMPTY for word in re.findall(r"\w+", text.casefold().translate(_PLAIN)))
