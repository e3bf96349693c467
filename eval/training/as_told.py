"""A question with something told beside it that does not change what is asked, as people tell of themselves."""

from __future__ import annotations

from random import Random

from app.domain import Language

BEHIND = 0.25  # share of what is told that comes after the question
# Nothing here decides an answer: no country, status, age, income, date or other city.
TOLD: dict[Language, tuple[str, ...]] = {
    "fi": (
        "Hei!", "Hyvää päivää, minulla olisi yksi kysymys.", "Moi, tarvitsisin vähän apua.",
        "Muutin tänne perheeni kanssa.", "Olemme asuneet täällä jo jonkin aikaa.", "Olen aika uusi täällä.",
        "Vaimoni pyysi minua kysymään tätä.", "Mieheni on töissä ja minä hoidan nämä asiat.",
        "Meillä on kaksi lasta.", "Meitä on viisi.", "Asun yksin.", "Siskoni asuu samassa talossa.",
        "En puhu vielä hyvin suomea.", "Ymmärrän suomea vähän, mutta viralliset sanat ovat vaikeita.",
        "Olen töissä ravintolassa.", "Siivoan työkseni ja työpäivät ovat pitkiä.", "Olen insinööri.",
        "Naapuri sanoo yhtä ja serkku toista.", "Työkaveri neuvoi kysymään teiltä.", "Ystäväni kertoi tästä.",
        "Etsin tietoa netistä, mutta en löytänyt.", "Luin sivut kahteen kertaan enkä ole varma.",
        "Soitin eilen, mutta kukaan ei vastannut.", "Minulla on vain puhelin, ei tietokonetta.",
        "Olen vähän huolissani.", "Anteeksi, jos kysymys on tyhmä.", "En halua tehdä virhettä.",
        "Kotimaassani tämä meni toisin.", "Tämä on minulle aivan uutta.", "En tiedä, mistä aloittaa.",
        "Kiitos jo etukäteen.", "Olisi hyvä saada tietää pian.",
    ),
    "sv": (
        "Hej!", "God dag, jag har en fråga.", "Hejsan, jag skulle behöva lite hjälp.",
        "Jag flyttade hit med min familj.", "Vi har bott här en tid nu.", "Jag är ganska ny här.",
        "Min fru bad mig fråga det här.", "Min man jobbar, så jag sköter de här sakerna.",
        "Vi har två barn.", "Vi är fem i familjen.", "Jag bor ensam.", "Min syster bor i samma hus.",
        "Jag kan inte så bra svenska än.", "Jag förstår lite finska, men de officiella orden är svåra.",
        "Jag jobbar på en restaurang.", "Jag städar och har långa dagar.", "Jag är ingenjör.",
        "Min granne säger en sak och min kusin en annan.", "En kollega sade att jag ska fråga er.",
        "En vän berättade om det här.", "Jag letade på nätet men hittade inget.",
        "Jag läste sidan två gånger och är ändå osäker.", "Jag ringde i går men ingen svarade.",
        "Jag har bara en telefon, ingen dator.", "Jag är lite orolig.", "Ursäkta om frågan är dum.",
        "Jag vill inte göra något fel.", "I mitt hemland var det annorlunda.", "Det här är helt nytt för mig.",
        "Jag vet inte var jag ska börja.", "Tack på förhand.", "Det vore bra att få veta snart.",
    ),
    "en": (
        "Hello!", "Good morning, I have a question.", "Hi, I would need some help.",
        "I moved here with my family.", "We have lived here for a while now.", "I am quite new here.",
        "My wife asked me to find this out.", "My husband works, so I take care of these things.",
        "We have two kids.", "There are five of us.", "I live alone.", "My sister lives in the same building.",
        "I don't speak Finnish well yet.", "I understand some Finnish, but the official words are hard.",
        "I work in a restaurant.", "I clean offices and my days are long.", "I'm an engineer.",
        "My neighbour says one thing and my cousin another.", "A colleague told me to ask you.",
        "A friend told me about this.", "I looked for it online but found nothing.",
        "I read the page twice and I'm still not sure.", "I called yesterday but nobody answered.",
        "I only have a phone, no computer.", "I'm a bit worried.", "Sorry if this is a silly question.",
        "I don't want to make a mistake.", "In my home country this was different.", "This is all new to me.",
        "I don't know where to start.", "Thank you in advance.", "It would be good to know soon.",
    ),
}  # fmt: skip


def sometimes_told(text: str, language: Language, share: float, chance: Random) -> str:
    """The question, in this share of cases with one or two such sentences."""
    if chance.random() >= share:
        return text
    told = chance.sample(TOLD[language], chance.choice((1, 1, 2)))
    parts = [text, *told] if chance.random() < BEHIND else [*told, text]
    return " ".join(parts)
