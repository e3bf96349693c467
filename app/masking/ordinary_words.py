"""What follows "I am" or "thanks" with a capital and is no name: nationalities, trades, conditions, plain words."""

from __future__ import annotations

import re

_NATIONALITIES = """
finnish swedish english russian estonian ukrainian somali iraqi iranian syrian afghan kurdish kurd turkish turk indian
chinese vietnamese thai nepali nepalese bangladeshi pakistani filipino filipina nigerian kenyan ethiopian eritrean
sudanese egyptian moroccan algerian tunisian libyan congolese ghanaian gambian senegalese ugandan rwandan burundian
cameroonian brazilian american canadian mexican colombian peruvian chilean argentinian venezuelan cuban german french
italian spanish portuguese polish romanian bulgarian hungarian greek albanian kosovan kosovar serbian croatian bosnian
macedonian latvian lithuanian belarusian moldovan georgian armenian azerbaijani kazakh uzbek tajik kyrgyz israeli
palestinian lebanese jordanian saudi yemeni kuwaiti arab arabic japanese korean indonesian malaysian malay sri british
irish scottish dutch belgian austrian swiss danish norwegian icelandic european african asian australian roma burmese
tamil persian pashtun hazara uyghur tibetan mongolian cambodian singaporean zimbabwean zambian tanzanian angolan finne
svensk ryss est grek polack tysk dansk norrman kines japan nepales vietnames iranska irakiska syriska somaliska
arabiska finska svenska ryska estniska ukrainska turkiska kurdiska asiat afrikan muslim christian catholic lutheran
orthodox buddhist hindu sikh jewish jew atheist kristen katolik ortodox kurdi arabi turkki romani eestiläinen muslimi
kristitty katolinen
"""
_PROFESSIONS = """
nurse doctor student teacher engineer cook chef driver cleaner researcher scientist developer programmer manager
accountant lawyer entrepreneur worker employee unemployed retired pensioner refugee asylum immigrant migrant foreigner
tourist mother father parent mom mum dad widow widower wife husband guardian artist designer professor postdoc phd
trainee intern apprentice waiter barber plumber electrician carpenter pharmacist dentist midwife caregiver au
freelancer software senior junior project product data citizen resident tenant landlord customer client sjuksköterska
läkare lärare ingenjör kock chaufför städare forskare arbetslös pensionär flykting asylsökande invandrare förälder
mamma pappa mor far änka företagare studerande medborgare kund hyresgäst sambo gift skild singel opiskelija
sairaanhoitaja lääkäri opettaja insinööri kokki kuljettaja siivooja tutkija yrittäjä työtön eläkeläinen pakolainen
turvapaikanhakija maahanmuuttaja vanhempi äiti isä leski kansalainen asiakas vuokralainen avopuoliso naimisissa
eronnut sinkku nuori aikuinen lapsi lähihoitaja koodari ohjelmoija työntekijä johtaja perheenäiti koululainen
paperiton spouse self-employed jobseeker owner carer babysitter nanny tutor volunteer yksinhuoltaja ensamstående
egenföretagare arbetssökande arbetare kiinteistönhoitaja hoitaja kouluttaja ohjaaja valmentaja omaishoitaja työnhakija
kotiäiti kotirouva rouva herra
"""
_CONDITIONS = """
diabetic autistic bipolar epileptic asthmatic dyslexic coeliac celiac depressed anxious disabled paralysed paralyzed
allergic infertile alcoholic addicted injured wounded suicidal traumatised traumatized schizophrenic anorexic bulimic
trans transgender transsexual bisexual lesbian queer nonbinary non-binary asexual intersex heterosexual homosexual
diabeetikko diabeetikkona autisti autistinen epileptikko astmaatikko keliaakikko masentunut ahdistunut vammainen
allerginen alkoholisti päihderiippuvainen loukkaantunut raskaana kuuro sokea näkövammainen kuulovammainen
liikuntavammainen kehitysvammainen muistisairas trans transsukupuolinen biseksuaali lesbo homo muunsukupuolinen
kaksisuuntainen adhd vammautunut diabetiker autistisk epileptiker astmatiker dyslektiker glutenintolerant deprimerad
ångestfylld funktionshindrad funktionsnedsatt allergisk alkoholist missbrukare skadad döv blind synskadad hörselskadad
rörelsehindrad transperson bisexuell lesbisk homosexuell ickebinär bipolär
"""
_TRADES = """
welder hairdresser tailor bricklayer plasterer roofer cashier housekeeper receptionist secretary librarian journalist
architect psychologist physiotherapist therapist veterinarian paramedic firefighter gardener fisherman mechanic
technician operator seamstress beautician masseur dishwasher labourer laborer builder contractor analyst consultant
economist auditor translator interpreter musician actor dancer athlete coach imam priest pastor monk hitsaaja parturi
kampaaja ompelija räätäli muurari maalari putkimies sähkömies sähköasentaja rakennusmies rakennustyöntekijä asentaja
mekaanikko koneistaja varastotyöntekijä myyjä kassa tarjoilija leipuri teurastaja puutarhuri kalastaja bussikuski
taksikuski kuljettaja arkkitehti psykologi fysioterapeutti hammaslääkäri eläinlääkäri ensihoitaja palomies tulkki
kääntäjä toimittaja kirjanpitäjä konsultti muusikko tanssija urheilija imaami pappi svetsare frisör skräddare murare
målare rörmokare elektriker byggarbetare montör mekaniker lagerarbetare försäljare kassör servitör bagare slaktare
trädgårdsmästare busschaufför taxichaufför arkitekt psykolog fysioterapeut tandläkare veterinär brandman tolk
översättare journalist bokförare konsult musiker dansare idrottare präst imam närvårdare barnskötare vaktmästare
"""
_PLAIN = """
i im ill ive a an the and or but so not no yes new here there now also only just very really still already always
never in on at to from for with by of as if than then that this these those it its we you he she they my your his her
our their what when where who why how which can could do does did have has had is are was were be been am will would
should may might must want need please sorry happy sad afraid worried sick pregnant disabled married single divorced
separated engaged vegan vegetarian homeless alone back home abroad ready sure unsure late lost interested looking
living working studying moving coming going trying having getting planning applying waiting writing asking calling
thinking confused tired busy free able unable eligible entitled allowed registered covered stuck born called hello hi
hey good dear sir madam everyone everybody all someone anyone help urgent important best kind regards thanks thank bye
goodbye cheers sincerely monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday afternoon
morning evening advance much lot many ok okay great nice wonderful perfect gay straight male female man woman girl boy
old young child adult eu eea us uk spelled spelt written wrong misspelled missing different changed same long listed
known correct incorrect common difficult hard included removed mentioned recorded shown hidden printed translated
shortened similar unusual foreign fine private confidential needed required public visible unknown like year years
month months day days week weeks jag du han hon hen vi ni de den det en ett och eller men att som om när var vad vem
hur varför vilken kan ska skall vill måste får har hade är blev inte ej ny nya nu här där hemma glad ledsen sjuk
gravid ensam osäker säker orolig intresserad redo klar född bosatt skriven från till med för av på inom under efter
före tack hej hejdå hälsningar vänliga bästa mvh snälla hjälp alla god bra kära fel felstavat stavat samma annorlunda
svårt långt ändrat nytt gammalt hemskt mycket hemlig vanligt måndag tisdag onsdag torsdag fredag lördag söndag idag
imorgon förhand också bara redan lika okänt minä mä sinä sä hän se me te ne ja tai mutta että kun jos koska mikä mitä
missä mistä mihin miten miksi milloin kuka onko voiko saako olen oon olemme asun haluan haluaisin voin voinko saan
saanko tarvitsen etsin pitää ei emme uusi vasta nyt täällä siellä myös vain aina vielä jo ihan todella kiitos hei moi
terve terveisin ystävällisin parhain terv yt auttakaa apua kaikki hyvä hyvää paljon etukäteen väärin liian sama eri
pitkä vaikea muuttunut vaihtunut kirjoitettu yleinen oikein listalla rekisterissä passissa tässä tuossa tärkeä
pakollinen salainen julkinen näkyvissä ollut kotona yksin sairas raskaana iloinen huolissani kiinnostunut muuttamassa
muuttanut tullut asunut syntynyt hakenut saanut maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
tänään huomenna eilen iso pieni vanha moikka heippa suomeksi ruotsiksi englanniksi venäjäksi arabiaksi suomi ruotsi
englanti vastauksesta avusta neuvosta ennakkoon deaf temporary permanent legal illegal undocumented stateless
overstaying over totally completely currently originally kuuro sokea vammainen döv blind tillfällig
"""
_ORDINARY = frozenset(f"{_NATIONALITIES} {_PROFESSIONS} {_PLAIN}".split())
# Behind "I am" they tell of a person; behind "my name is" they are a name: Imam, Tailor, Maalari.
_OF_A_PERSON = frozenset(f"{_TRADES} {_CONDITIONS}".split())
# Some of them are names too, told by their capital: "My name is Will", "Nguyen Thi An".
_NAMES_TOO = {"will", "an", "le", "de", "do", "han", "vi", "du", "te", "may", "christian", "rose", "van", "hen", "thai"}
# Beginnings, since Finnish bends them: countries, cities and districts, agencies, schools and shops.
_PLACES = re.compile(
    r"(?:espoo|esbo|helsin|vantaa|kauniai|grankulla|kirkkonum|kyrkslätt|tamper|turku|turun\b|åbo\b|oulu|suom|finland"
    r"|finni|ruots|sverige|swed|viro[ns]|viro\b|eesti|estoni|venäj|ryssland|russia|ukrain|syyri|syria|irak|iraq|afgan"
    r"|iran(?:i\w*|in)?\b|afghan|somali|turk[ki]|turkey|kurdi|intia|india|indien|kiina|china|vietnam|thaim|thail|nepal"
    r"|bangla|pakist|filip+i|philip+i|nigeri|keni?ya?\b|kenia|etiop|ethiop|eritr|sudan|egypt|marok|moroc|saksa|tyskl"
    r"|german[yi]|ransk|france\b|italia|italy|espanj|spain|puola|poland|romania|bulgar|unkar|kreik|alban|kosov|serbi"
    r"|kroat|bosni|latvi|liettu|lithu|valko|moldov|euroo|europ|afrik|africa|aasia|amerik|usa\b|yhdysval|britann|englan"
    r"|england|japan|korea|brasil|brazil|leppäv|alberga|tapiola|hagalund|matinky|mattby|otanie|otnäs|kivenlah|stensvik"
    r"|kauklah|iso\b|sello\b|lippulai|entres|kela|fpa|migri|migration|dvv|vero\b|posti\b|omnia|aalto\b|aalto-|laurea"
    r"|metropoli|luksia|nordea|s-pankki|osuuspank|hsl\b|hus\b|länsi-uud|hello|google|nokia|kotou|kirjast|palvelu|kaupun"
    r"|city\b|stad\b|te-|ely\b|maahanm)",
    re.IGNORECASE,
)
_ENDINGS = re.compile(
    r"[^\W\d_]+(?:lainen|läinen|laisia|läisiä|lais|läis|ss[aä]|st[aä]|(?<!u)ll[aä]|lt[aä]|ier|ierska|[^n]are|isk|sk|ska"
    r"|kansalainen|medborgare)",
    re.IGNORECASE,
)
_SO_ENDING = """
melissa vanessa larissa clarissa issa alissa elissa marissa carissa raissa anissa tessa inessa costa kosta augusta
krista asta vesta arista christa trista shaista batista stella bella isabella ella gabriella mirella camilla priscilla
milla marcella daniella graziella estrella annabella abdalla xavier javier olivier clare salla jalla mossa mussa
moussa lassa hussa kalla fadilla
"""
_NAMES_ENDING_SO = frozenset(_SO_ENDING.split())


def is_ordinary(word: str) -> bool:
    """Whether a word is known for no name; surnames such as Suominen begin as a country does."""
    plain = word.lower().strip(".'’-")
    if plain in _ORDINARY:
        return word[0].islower() or plain not in _NAMES_TOO
    return not plain.endswith("nen") and _PLACES.match(plain) is not None


def tells_of_a_person(word: str) -> bool:
    """Whether a word is a trade or a condition, which follows "I am" with a capital too."""
    return word.lower().strip(".'’-") in _OF_A_PERSON


def is_bent(word: str) -> bool:
    """Whether a word ends as a nationality, a profession or a Finnish case does: "Syyriasta", "Irakier"."""
    return word.lower() not in _NAMES_ENDING_SO and _ENDINGS.fullmatch(word) is not None
