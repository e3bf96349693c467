"""Street addresses of persons: a street with a house number, unless the words near it speak of an office or a shop."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Endings that only streets have, and those that a place or a thing may have: these want a capital.
_CASES = ("", "llä", "lle", "ltä", "lla", "lta", "n", "ssa", "stä", "sta")
_SURE = (
    *(stem + case for stem in ("tie", "kuja", "katu", "kadu") for case in _CASES),
    *("vägen", "gatan", "gränden", "stigen", "brinken", "esplanadi", "esplanaden", "bulevardi", "bulevarden"),
)
_STEMS = """polku polu kaari kaare rinne rintee aukio ranta ranna mäki mäe väylä raitti raiti portti porti penger
penkere puistikko puistiko silta silla ntori kulma kierto kierro piha laita reuna notko törmä syrjä harju kallio kehä
suora puisto satama valkama varsi haara"""
_LIKELY = (
    *(stem + case for stem in _STEMS.split() for case in _CASES),
    *("torget", "torg", "stranden", "bågen", "backen", "kajen", "allén", "parken", "leden", "svängen", "ringen"),
    *("platsen", "plan", "porten", "bron", "kanten", "branten", "udden", "tvären", "skvären", "promenaden", "spåret"),
    *("väg", "gränd", "stig", "gata"),
)
_BARE = "tie katu kuja polku kaari aukio väg vägen gata gatan gränd gränden stig stigen torg"
_ALONE = frozenset(_BARE.split())
_ENGLISH = "Street|Str?|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Close|Court|Crescent|Terrace|Square|Boulevard|Way|Alley|Path"
_NO_STREET = re.compile(
    r"(?:mootto?ri|valta|kanta|maan|yhdys|seutu|pyörä|koti|rauta|rata|hätä|oiko|poistumis|elämän|kävely|pää|uima|työ|ura"
    r"|opinto|koulutus|palvelu|kotoutumis|motor|lands|järn|cykel|gång|riks|stam|huvud|skol|hem|arbets|gå|utbildnings"
    r"|jobb|studie|ohjaus|leikki|laskettelu|terveys)(?:tie|kat|kad|pol|ran|mäk|port|tor|puist|pih|väg|gat|stig)\w*",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"(?<=[^\W\d_]),? ?(?<=[ ,])(?P<house>\d{1,3}(?:-\d{1,3})?)(?!\d|[.:,]\d|\.? ?-\d|/\d{2,})"
    r"(?! ?(?:km|m|min\w*|metri\w*|meter\w*|€|e|eur\w*|kr|%|v|vuo\w+|år\w*|years?|kpl|h|klo|kertaa|päiv\w+|da[yg]\w*"
    r"|tunti\w*|timm\w+|hours?|asuk\w+|hlö|m²)(?!\w))"
    r"(?P<flat> ?(?:(?:rappu|porras|trapp\w?|uppgång|stair\w*) )?"
    r"(?:[A-Za-z] ?\d{1,3}[a-z]?(?!\. ?(?:krs|kerr|vån|floor))|[A-HJ-Z]|(?<=\d)[a-z])(?!\w))?"
    r"(?P<door>,? ?(?:as|asunto|huoneisto|lgh|läg|lägenhet|bost|bostad|apt|apartment|flat|unit|#)\.? ?\d{1,3}(?!\d))?",
)
_ENGLISH_ADDRESS = re.compile(
    rf"(?<![\w.,:/-])\d{{1,4}}[A-Za-z]?,? (?:[A-Z][\w'’-]{{1,25}} ){{1,3}}(?:{_ENGLISH})(?!\w)"
)
_ENGLISH_STREET = re.compile(rf"(?:{_ENGLISH})$")
_FIRST_WORD = re.compile(
    r"(?:Pieni|Iso|Vanha|Uusi|Pohjoinen|Eteläinen|Läntinen|Itäinen|Stora|Lilla|Gamla|Nya|Norra|Södra|Östra|Västra) $"
)
_WORD_BEFORE = re.compile(r"[^\W\d_][\w'’-]* $")

# Where the city and the state serve; more of them may come in `keep`.
_PUBLISHED = re.compile(
    r"(?:suomenlahdentie|finskaviksvägen|finlandsvägen) 1|(?:turuntie|åbovägen) 150|(?:kamreerintie|kamrersvägen) 3"
    r"|(?:maarintie|maarivägen) [46]|hämeentie 15|kirstinharju 2"
)
_OFFICE = re.compile(
    r"palvelupis|palvelutor|kirjasto|toimisto|virasto|koulu|päiväko|neuvola|asema\b|sairaala|hoitola|vastaanot|kauppa"
    r"|market|apteek|pankki|pankin|posti\b|museo|halli\b|nuorisotila|seurakun|kirkko|moskeija|poliisi|yliopisto|kampus"
    r"|hotelli|ravintola|kahvila|keskus|kaupungintalo|kulttuuritalo|asukastalo|järjestö|yhdisty"
    r"|service ?(?:st|p)|bibliotek|kontor|byrå|myndighet|skola|daghem|rådgiv|stationen|sjukhus|tandvård|butik|affär"
    r"|apotek|museum|simhall|kyrka|moské|polis|universitet|campus|center|centrum|hotell|restaurang|förening"
    r"|librar|office|school|day ?care|kindergarten|clinic|hospital|\bshop|\bstore|\bmall\b|pharmac|\bbank|post office"
    r"|swimming|church|mosque|court\b|university|station|centre|hotel|restaurant|caf[eé]|agency|reception|association"
    r"|iso omena|\bsello|lippulaiva|entresse|\bainoa\b|heikintori|hello espoo|espoon kaupun|city of espoo|esbo stad"
    r"|\b(?:kela|kelan|migri|migrin|dvv|dvv:n|fpa|fpa:s|vero|migris)\b"
)
_HOME = re.compile(
    r"\basu(?:n|mme|u|t|nut|via|va|in|imme|taan|nto\w*)\b|\bmuut\w+|\bkoti\w*|\bkämp\w+|\bvuokra\w*|osoitte(?:eni|emme)"
    r"|(?:uusi|vanha|oma|mun|minun|meidän) os\w+|\bbor\b|\bbodde\b|flytta\w*|\bhyr\w+|\bhem\w*|lägenhet\w*"
    r"|(?:min|vår|ny|nya) (?:nya )?adr\w+|\blive[sd]?\b|\bliving\b|\bmov(?:e[sd]?|ing)\b|\breside\w*|\brent\w*"
    r"|\b(?:my|our|new|home|old) (?:new |home |old )?(?:add?ress\w*|flat|apartment|house|home)|\bpostit\w*"
)
_SENTENCE_END, _CLAUSE_END = re.compile(r"[.?!] "), re.compile(r"[.?!,;] ")
_BEFORE, _AFTER = 70, 25


def addresses(text: str, keep: frozenset[str]) -> Iterator[tuple[int, int]]:
    done = 0
    for start, end, has_flat in sorted({*_nordic(text), *_english(text)}):
        public = not has_flat and (_is_published(text[start:end], keep) or _is_public(text, start, end))
        if start >= done and not public:
            yield start, end
            done = end


def normalised_address(address: str) -> str:
    """A street and its house number alone, in lower case: flats and postal codes are written in many ways."""
    known = re.match(r"\D+\d+", address.strip())
    return re.sub(r"[\s,]+", " ", known.group() if known else address).strip().lower()


def _nordic(text: str) -> Iterator[tuple[int, int, bool]]:
    for house in _HOUSE.finditer(text):
        start = _street_start(text, house.start())
        if start is not None:
            yield start, house.end(), bool(house["door"] or re.search(r"[A-Za-z] ?\d", house["flat"] or ""))


def _street_start(text: str, end: int) -> int | None:
    """Where the street begins whose name ends here; None where no street's name does."""
    start = end
    while start and end - start < 40 and (text[start - 1].isalpha() or text[start - 1] in "-'’"):
        start -= 1
    word = text[start:end]
    if word.lower() in _ALONE or _ENGLISH_STREET.match(word):
        before = _WORD_BEFORE.search(text, max(0, start - 30), start)
        return before.start() if before and before.group()[0].isupper() else None
    if not _is_street(word):
        return None
    first = _FIRST_WORD.search(text, max(0, start - 12), start)
    return first.start() if first else start


def _is_street(word: str) -> bool:
    lower = word.lower()
    if len(word) < 6 or _NO_STREET.fullmatch(lower):
        return False
    return lower.endswith(_SURE) or (word[0].isupper() and lower.endswith(_LIKELY))


def _english(text: str) -> Iterator[tuple[int, int, bool]]:
    return ((*match.span(), False) for match in _ENGLISH_ADDRESS.finditer(text))


def _is_public(text: str, start: int, end: int) -> bool:
    """Whether the telling word nearest to the address, first of all before it, speaks of a place for everybody."""
    before = _SENTENCE_END.split(text[max(0, start - _BEFORE) : start].lower())[-1]
    office = max((match.start() for match in _OFFICE.finditer(before)), default=-1)
    home = max((match.start() for match in _HOME.finditer(before)), default=-1)
    if office != home:
        return office > home
    after = _CLAUSE_END.split(text[end : end + _AFTER].lower())[0]
    told, own = _OFFICE.search(after), _HOME.search(after)
    return bool(told and not (own and own.start() < told.start()))


def _is_published(address: str, keep: frozenset[str]) -> bool:
    known = normalised_address(address)
    return known in keep or _PUBLISHED.fullmatch(known) is not None
