"""Names of persons, where they introduce themselves or sign: "my name is ...", "olen ...", "hälsningar ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.masking.ordinary_words import is_bent, is_ordinary, tells_of_a_person

Span = tuple[int, int]

_FI_KIN = r"(?:poika|tyttäre|lapse|vauva|miehe|vaimo|puoliso|avopuoliso|äiti|isä|sisko|velje|ystävä|kaveri)"
_FI_OWN = rf"(?:minun|mun|mu|hänen|lapsen|vauvan|pojan|tytön|äidin|isän|miehen|vaimon|{_FI_KIN}ni)"
_KIN = r"(?:son|daughter|child|kid|baby|wife|husband|spouse|partner|mother|father|brother|sister|friend)"
_SV_KIN = r"(?:man|fru|hustru|sambo|son|dotter|barn|mor|mamma|far|pappa|bror|syster|vän)"
_STRONG = re.compile(
    r"(?<!\w)(?:"
    rf"(?:(?:my|his|her|your) |{_KIN}(?:['’]?s)? )(?:full |first |last |family )?names?(?: is| are|['’]?s|:)"
    rf"|(?:i am|i['’]?m|he is|she is|{_KIN} is|who is) (?:called|named)|(?:they|people|friends) call me|you can call me"
    rf"|(?:(?:etu|suku|koko)?nimeni|{_FI_OWN} (?:koko )?nimi) (?:on|oli)|nimeni:|(?:minun|mun) nimi"
    rf"|(?:olen|oon|hän on|{_FI_KIN}ni on) nimelt(?:äni|ään|ä)(?!\w)"
    rf"|(?:jag|han|hon|hen|(?:min|mitt|hans|hennes) {_SV_KIN}) heter"
    rf"|(?:jag|han|hon|(?:min|mitt|hans|hennes) {_SV_KIN}) kallas(?: för)?"
    rf"|(?:mitt|hans|hennes|(?:min|mitt) {_SV_KIN}s) (?:fullständiga )?(?:namn|förnamn|efternamn) är"
    r"|(?:full |first |last )name:|(?:koko|etu|suku)nimi:|(?:för|efter)namn:|(?:^|[.?!,] )(?:name|nimi|namn):"
    r")\s?[:\"“”'-]?\s?(?=[^\W\d_])",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"(?<!\w)(?:i am|i['’]?m|olen|oon|jag är|jag e"
    r"|(?:hi|hello|hey|hei|moi|hej)[,!.]? (?:this is|täällä(?: on)?|tässä(?: on)?|här är|det är)) (?=[^\W\d_])",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?<!\w)(?:terveisin|terveiset|terkuin|terv\.?|hälsning(?:ar|en)?(?: från)?|hälsn\.?|mvh|m\.v\.h\.?|t(?=[.:])"
    r"|regards|rgds|sincerely|faithfully|best wishes)[ ,.!:–-]{1,4}(?=[^\W\d_])",
    re.IGNORECASE,
)
_FOR = r" (?:vastauksesta|avusta|ajasta|for (?:your|the) (?:help|time|answer|reply)|för (?:hjälpen|svaret))"
# These are ordinary words too: the name behind them has a capital, and the rarest stand after the end of a sentence.
_SIGNED_WEAKLY = re.compile(
    r"(?:(?:^|[.?!,;)] {0,3}| {2,}|(?:kiitos|tack|thanks),? )(?:br|best|cheers|yours|kh|bästa)"
    r"|(?<!\w)(?:thanks|thx|thank you|kiitos|kiittäen|kiitän|kiitti|tack)"
    rf"(?: på förhand| in advance| (?:jo )?etukäteen| paljon| so much| a lot| very much|{_FOR})?"
    r"|[.?!] ?[–-])"
    r"(?:(?=\W)|(?<=\W))[ ,.!:–-]{0,4}(?=[^\W\d_])",
    re.IGNORECASE,
)
# What stands before a signature in small letters; elsewhere the words may be spoken of: "terveisin ruotsiksi".
_BEGINS = re.compile(
    r"(?:^|[.?!,;)]| |(?:kiitos|tack|thanks|ystävällisin|parhain|vänliga|bästa|best|kind|kindest|warm|yst\.?|ja|med)) $"
    r"|[.?!)]$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’`-](?=[^\W\d_]))*")
_BETWEEN = (
    "al el de da del dela della dos das di du den der ter van von af av bin ibn bint binti ben abu abd ul ur la le y"
)
_PARTICLES = frozenset(_BETWEEN.split())
_SHORTENED = ("md", "mohd", "muh", "mr", "mrs", "ms", "dr", "st")
_END = re.compile(
    r"[\s.!,;:()–-]{0,6}(?:(?:puh|p|tel|tfn|phone|email|e-mail|sähköposti|e-post|mob)[\s.:]{0,3})?(?:$|[\x01\[])",
    re.IGNORECASE,
)
# What may stand behind "I am Yohannes": the end of a clause or the start of the next; "I am Aalto student" has neither.
_NEXT_CLAUSE = re.compile(
    r"[^\S\n]{0,2}(?:$|[.,!?;:)(\x01\[–]|- |(?:and|ja|och|but|mutta|men|from|with|i|im|i['’]m|my|we|jag|vi|från|som|min"
    r"|minä|mä|haluan|haluaisin|asun|olen|tarvitsen|tulin|muutin|who|here|speaking|calling|writing|har|vill|bor|undrar"
    r"|tässä|terve|hei|hi|want|need|have|live|sekä|joka|what|how|where|can|is|mitä|miten|voinko|saanko)(?!\w))",
    re.IGNORECASE,
)
_MOST_WORDS = 4


def names(text: str, keep: frozenset[str]) -> Iterator[Span]:
    done = 0
    for start, end in sorted({*_introduced(text), *_signed(text)}):
        if start >= done:
            yield start, end
            done = end


def _introduced(text: str) -> Iterator[Span]:
    for opener in _STRONG.finditer(text):
        start = opener.end()
        if end := _capital_name_end(text, start) or _small_name_end(text, start, _NEXT_CLAUSE):
            yield start, end
    for opener in _WEAK.finditer(text):
        start = _behind_trade(text, opener.end())
        end = _capital_name_end(text, start)
        if end and _is_name_alone(_WORD.match(text, start)) and _NEXT_CLAUSE.match(text, end):
            yield start, end


def _behind_trade(text: str, start: int) -> int:
    """Where a name may begin: "I am Pastor Lopez" has one, "I am Electrician" has none."""
    word = _WORD.match(text, start)
    return word.end() + 1 if word and tells_of_a_person(word.group()) else start


def _is_name_alone(word: re.Match[str] | None) -> bool:
    """Whether a word looks like a name though nothing announces one; "EU-medborgare" does not."""
    return word is not None and not word.group()[:2].isupper() and not is_bent(word.group())


def _signed(text: str) -> Iterator[Span]:
    for opener in (*_SIGNED.finditer(text), *_SIGNED_WEAKLY.finditer(text)):
        end = _capital_name_end(text, opener.end())
        if not (end and _END.match(text, end)):
            is_sure = opener.re is _SIGNED and _BEGINS.search(text, max(0, opener.start() - 12), opener.start())
            end = _small_name_end(text, opener.end(), _END) if is_sure else None
        if end:
            yield opener.end(), end


def _capital_name_end(text: str, start: int) -> int | None:
    """The end of one to four words with capitals, and of the particles between them."""
    end, count, at = None, 0, start
    while count < _MOST_WORDS and (word := _WORD.match(text, at)):
        particle = word.group() in _PARTICLES
        if not particle and (not _has_capital(word.group()) or is_ordinary(word.group())):
            break
        at = word.end()
        if text[at : at + 1] == "." and (len(word.group()) == 1 or word.group().lower() in _SHORTENED):
            at += 1
        if not particle:
            end, count = at, count + 1
        at += text[at : at + 1] == " "
        if particle and at == word.end():
            break
    return end


def _has_capital(word: str) -> bool:
    """Letters of a script without capitals count; "al-Masri" has one behind its particle."""
    particle, _, rest = word.partition("-")
    return not (rest if particle in _PARTICLES and rest else word)[0].islower()


def _small_name_end(text: str, start: int, boundary: re.Pattern[str]) -> int | None:
    """The end of a name in small letters, if the clause or the text ends soon behind it."""
    at = start
    for count in range(_MOST_WORDS):
        word = _WORD.match(text, at)
        if word is None or is_ordinary(word.group()) or is_bent(word.group()):
            return at - 1 if count and boundary is _NEXT_CLAUSE else None
        if len(word.group()) > 1 and boundary.match(text, word.end()):
            return word.end()
        if text[word.end() : word.end() + 1] != " ":
            return None
        at = word.end() + 1
    return None
