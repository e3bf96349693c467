"""Questions for a price: what is quoted must then say something of a price."""

from __future__ import annotations

import re

from app.figures import measured

# "How much does it cost", in three languages; "how much" alone may ask for a quantity.
_ASKS = re.compile(
    r"\b(?:maksaako|maksaa|maksavat|paljonko\s+(?:maksaa|on\s+maksu)|hinta|hinnat|kustantaa|halvin\w*|halvimma\w*"
    r"|paljonko\b(?!\s+aikaa).*\b(?:perii|perivät|veloittaa|veloittavat)"
    r"|kostar|kosta|avgiften|priset|pris|billigaste?|hur\s+mycket\s+tar"
    r"|costs?|price|prices|fees?|(?:do|does|how\s+much)\b.*\bcharge|cheapest|how\s+expensive)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:maksu(?:n|t|ja|a|tta|ton|tonta|ttomia|ista|sta)?|asiakasmaksu\w*|\w+maksu(?:t|a|n|ja)?|ilmai\w+|maksaa|hinnasto\w*|hinnat"
    r"|avgift\w*|\w+avgift\w*|gratis|avgiftsfri\w*|kostnadsfri\w*|kostar|prislista\w*|priserna"
    r"|fees?|free|free\s+of\s+charge|costs?|charges?|charged|prices)\b",
    re.IGNORECASE,
)


def asks_price(question: str) -> bool:
    return bool(_ASKS.search(question))


def says_price(text: str) -> bool:
    """An amount of money, or a word on what is paid, is free, or where the prices stand."""
    return any(figure.unit == "money" for figure in measured(text)) or bool(_SAYS.search(text))
