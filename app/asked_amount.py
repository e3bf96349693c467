"""Questions for a price: what is quoted must then say something of a price. And questions for any figure."""

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
# What asks for a number, a time, an age or a phone.
_FIGURE = re.compile(
    r"\b(?:kuinka\s+(?:paljon|mon\w+|kauan|vanh\w+|usein|suuri|pitk\w+|nopeasti)|miten\s+(?:paljon|kauan|usein)|paljo(?:nko)?|montako"
    r"|moneltako|monelta|moneen|mones\w*|kauanko|milloin|minkä\s+ikäi\w+|mihin\s+mennessä|puhelinnumero\w*|numerosta|numeroon|prosent\w+"
    r"|hur\s+(?:mycket|många|länge|gam\w+|ofta|snabbt|snart|stor\w*|hög\w*)|när\s+(?:är|får|ska|kan|måste|behöver|öppnar|stänger|börjar|slutar|går|kommer|hålls)|vilken\s+(?:tid|dag|ålder|månad)|hur\s+dags"
    r"|telefonnum\w+|numret|procent\w*"
    r"|how\s+(?:much|many|long|old|often|far|late|soon|early|quickly|big)|when\s+(?:is|are|do|does|did|can|must|should|will|was)|what\s+(?:time|age|day|date|number|percent\w*)"
    r"|phone(?:\s+number)?|deadline|percent\w*)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:maksu(?:tta|ton|tonta|ttomia|ttoman)|ilmai\w+|maksaa|hinnasto\w*|hinnat"
    r"|gratis|avgiftsfri\w*|kostnadsfri\w*|kostar|prislista\w*|priserna"
    r"|free|free\s+of\s+charge|costs?|charged?|charges|prices)\b",
    re.IGNORECASE,
)
# That a fee is to be paid ("pay the processing fee") says nothing; what it hangs on or where it stands does.
_FEE = r"\b(?:\w*maksu(?:n|t|ja|a|ista|sta)?|\w*avgift(?:en|er|erna)?|fees?)\b"
_TOLD = (
    r"\b(?:riippu\w+|määräyty\w+|vaihtele\w+|peri\w+|koostu\w+|maksavat|on|ovat|tarkista|katso|beror|bestäms|varierar|består|betalar|tas|är|kontrollera|se"
    r"|depends?|based|var(?:y|ies)|consists?|pays|(?<=\w )pay|is|are|check|see|no)\b"
)
_TELLS = re.compile(rf"{_FEE}[^.!?]{{0,60}}{_TOLD}|{_TOLD}[^.!?]{{0,60}}{_FEE}", re.IGNORECASE)


def asks_price(question: str) -> bool:
    return bool(_ASKS.search(question))


def asks_figure(question: str) -> bool:
    return asks_price(question) or bool(_FIGURE.search(question))


def says_price(text: str) -> bool:
    """An amount of money, or a word on what is paid, is free, or where the prices stand."""
    return any(figure.unit == "money" for figure in measured(text)) or bool(_SAYS.search(text) or _TELLS.search(text))
