"""Asking at the desk: the draft, its passages in two languages, follow-ups, hostile input."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import anyio
import pytest

from app.assistant import Assistant
from app.domain import Answer, Channel, Citation, Evidence, Notice, Owner, Passage, Piece, Source, Status
from app.settings import Settings
from app.staff.copying import plain_answer
from app.staff.evidence import cards
from tests.conftest import ingest
from tests.log_made import SOURCE, made_answer
from tests.staff.conftest import DeskPage, desk_of

TODAY = date(2026, 11, 23)


@pytest.mark.anyio
async def test_a_swedish_question_with_finnish_beside_it(signed_in: DeskPage) -> None:
    await signed_in.post("/staff/language", language="fi")
    page = await signed_in.ask("Hur får jag ett skattekort? 040 123 4567 maija@example.com")
    assert page.status_code == 200 and page.url.path.startswith("/staff/answers/")
    assert "Hur får jag ett skattekort? [phone] [email]" in page.text
    assert "040 123" not in page.text and "maija@example" not in page.text
    assert "sähköpostiosoite, puhelinnumero" in page.text
    assert 'class="status answered">Vastattu' in page.text
    assert '<div class="passage-text" lang="sv">' in page.text and '<div class="passage-text" lang="fi">' in page.text
    assert "Miten saan verokortin?" in page.text and "tarkistamatta" in page.text
    assert re.search(r"Varmuus: \d+ %", page.text.replace("\xa0", " "))
    copied = unescape(re.search(r'<textarea id="copy-text".*?>\n(.*?)</textarea>', page.text, re.S)[1])  # type: ignore[index]
    assert "Källor:\n[1] Skattekort (" in copied and "Skicka inte personuppgifter" not in copied


@pytest.mark.anyio
async def test_the_answer_is_logged_for_the_staff_channel_once(signed_in: DeskPage) -> None:
    ids = "11111111-2222-4333-8444-555555555555"
    pages = [await signed_in.ask("How do I get a tax card?", id=ids) for _ in range(2)]
    assert pages[0].url.path == pages[1].url.path
    report = ""
    for _ in range(200):  # the log is written off the answer's path
        report = (await signed_in.client.get("/staff/report")).text
        if "<dd>1</dd>" in report:
            break
        await anyio.sleep(0.05)
    assert "<dd>1</dd>" in report and re.search(r'<th scope="row">Desk</th><td>1</td>', report)
    assert (
        'espoo_questions_total{channel="staff",language="en",status="answered"} 1.0'
        in (await signed_in.client.get("/metrics")).text
    )


@pytest.mark.anyio
async def test_a_form_that_is_changed_after_going_back_is_another_question(signed_in: DeskPage) -> None:
    ids = "11111111-2222-4333-8444-555555555555"
    first = await signed_in.ask("How do I get a tax card?", id=ids)
    second = await signed_in.ask("When do I have to apply for daycare?", id=ids)
    assert first.url != second.url and "<title>When do I have to apply for daycare?" in second.text


@pytest.mark.anyio
async def test_what_a_worker_asks_does_not_get_into_a_newcomers_conversation(signed_in: DeskPage) -> None:
    asked = {"question": "When do I have to apply for daycare?", "language": "en"}
    theirs = (await signed_in.client.post("/api/v1/questions", json=asked)).json()["conversation_id"]
    page = await signed_in.ask("How much does it cost?", conversation_id=theirs)
    assert "When do I have to apply for daycare? How much does it cost?" in page.text, "their question is known"
    assert f'value="{theirs}"' not in page.text
    assert [turn.question for turn in signed_in.log.history(theirs)] == ["When do I have to apply for daycare?"]


@pytest.mark.anyio
async def test_a_follow_up_carries_the_conversation(signed_in: DeskPage) -> None:
    first = await signed_in.ask("How do I get a tax card?")
    conversation = re.search(r'name="conversation_id" value="([0-9a-f-]{36})"', first.text)
    assert conversation and "Earlier in this conversation" not in first.text
    second = await signed_in.ask("And for a student?", conversation_id=conversation[1])
    assert "How do I get a tax card? And for a student?" in second.text
    assert "Earlier in this conversation (1)" in second.text and conversation[1] in second.text
    again = await signed_in.client.get(first.url)
    assert "Earlier in this conversation" not in again.text, "what came later is not earlier"
    unknown = await signed_in.ask("And for a student?", conversation_id="11111111-2222-4333-8444-555555555555")
    assert unknown.status_code == 404 and "Start a new one" in unknown.text and "And for a student?" in unknown.text


@pytest.mark.anyio
async def test_the_language_beside_can_be_chosen(signed_in: DeskPage) -> None:
    page = await signed_in.ask("How do I get a tax card?")
    assert '<option value="fi" selected>' in page.text, "the worker's own language would be the same text twice"
    page = await signed_in.client.get(f"{page.url.path}?beside=sv")
    assert '<option value="sv" selected>' in page.text and "Hur får jag ett skattekort?" in page.text
    page = await signed_in.client.get(f"{page.url.path}?beside=en")
    assert "The text is in English already." in page.text
    assert (await signed_in.client.get(f"{page.url.path}?beside=de&wanted=xx")).status_code == 200


@pytest.mark.anyio
async def test_a_customers_language_that_the_answer_does_not_follow_is_said(signed_in: DeskPage) -> None:
    page = await signed_in.ask("Miten saan verokortin ensimmäistä kertaa?", answer_language="sv")
    assert "You chose Swedish, but the answer follows the language of the question: Finnish." in page.text
    page = await signed_in.ask("Kela?", answer_language="sv")
    assert "You chose" not in page.text and "Swedish" in page.text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write your question"),
        (" \n ", "Write your question"),
        ("?!", "Write your question in words"),
        ("How do\x00 I get a tax card?", "control characters"),
        ("x" * 1001, "at most 1000 characters"),
        ("é" * 5000, "at most 1000 characters"),
    ],
)
async def test_a_question_that_does_not_do_is_said_beside_it_and_not_lost(
    signed_in: DeskPage, typed: str, said: str
) -> None:
    page = await signed_in.ask(typed)
    assert page.status_code == 422 and said in page.text
    assert 'aria-invalid="true"' in page.text and unescape(page.text).count(typed.strip() or "aria-invalid")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script> tax card?",
        "</textarea></title><img src=x onerror=alert(1)> tax card",
        "\"><svg onload=alert(1)> tax card ' {{ 7*7 }} {% raw %}",
        "tax card {name} {0} %s \u202e\u2066 🏳️‍🌈",
        "javascript:alert(1) tax card",
    ],
)
async def test_hostile_words_stay_words(signed_in: DeskPage, hostile: str) -> None:
    page = await signed_in.ask(hostile)
    assert page.status_code == 200
    assert "<script>alert" not in page.text and "<img src=x" not in page.text and "<svg" not in page.text
    assert "49" not in page.text.partition("<blockquote")[2].partition("</blockquote>")[0]
    for address in ("/staff/gaps?period=0", "/staff/gaps.csv", "/staff/report"):
        found = await signed_in.client.get(address)
        assert found.status_code == 200
        assert "csv" in address or ("<script>alert" not in found.text and "<img src=x" not in found.text)


@pytest.mark.anyio
async def test_hostile_passages_stay_text_too(settings: Settings, tmp_path: Path) -> None:
    """A document from elsewhere, which exists in one language only."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "kites.txt").write_text(
        "Kite flying <script>alert(1)</script>\n\nYou may fly a kite in the kite park <img src=x onerror=alert(2)> of "
        "Espoo. The kite park is open every day. A kite needs no permit.\n",
        encoding="utf-8",
    )
    ingest(settings.data_dir, "--documents", str(folder))
    opened = Assistant.open(settings)
    async with desk_of(settings, opened) as desk:
        await desk.sign_in(language="fi")
        page = await desk.ask("Where may I fly a kite in the kite park of Espoo?")
    opened.close()
    assert "onerror=alert(2)&gt;" in page.text or "alert(1)&lt;/script&gt;" in page.text
    assert "<script>alert" not in page.text and "<img" not in page.text
    assert "Tätä tekstiä ei ole suomeksi." in page.text


@pytest.mark.anyio
async def test_an_emergency_stands_first(signed_in: DeskPage) -> None:
    page = await signed_in.ask("My husband hits me. How do I get a tax card?")
    assert page.text.index('class="urgent"') < page.text.index("Get a personal identity code")
    assert 'href="tel:112"' in page.text and "Emergency" in page.text
    copied = page.text.partition('<textarea id="copy-text"')[2]
    assert copied.index("112") < copied.index("personal identity code")


@pytest.mark.anyio
async def test_an_unanswered_question_says_so_and_who_helps(signed_in: DeskPage) -> None:
    page = await signed_in.ask("Where can I park a spaceship?")
    assert "No answer" in page.text and "Who can help" in page.text
    assert "The answer rests on these" not in page.text


@pytest.mark.anyio
async def test_smalltalk_has_no_passages(signed_in: DeskPage) -> None:
    page = await signed_in.ask("Hello!")
    assert "Small talk" in page.text and "No texts." in page.text


@pytest.mark.anyio
@pytest.mark.parametrize("key", ["none", "11111111-2222-4333-8444-555555555555", "%00", "..%2f..%2fgaps"])
async def test_an_answer_that_is_not_there(signed_in: DeskPage, key: str) -> None:
    page = await signed_in.client.get(f"/staff/answers/{key}")
    assert page.status_code == 404 and "Page not found" in page.text


@pytest.mark.anyio
async def test_a_forgotten_conversation_is_gone_here_too(signed_in: DeskPage) -> None:
    page = await signed_in.ask("How do I get a tax card?")
    conversation = re.search(r'name="conversation_id" value="([0-9a-f-]{36})"', page.text)
    assert conversation and signed_in.log.forget(conversation[1])
    assert (await signed_in.client.get(page.url)).status_code == 404


@pytest.mark.anyio
async def test_an_answer_of_a_customer_can_be_opened(signed_in: DeskPage) -> None:
    """As from the list of gaps; its stored text and address are not trusted as HTML."""
    source = replace(SOURCE, title="<b>T</b>", url="javascript:alert(1)")
    made = made_answer(
        question="<i>Miten?</i>", text="<u>Näin</u>", citations=(Citation(1, "q", source),), status=Status.UNANSWERED
    )
    key = "11111111-2222-4333-8444-666666666666"
    signed_in.log.record(replace(made, id=key), channel=Channel.WIDGET)
    page = await signed_in.client.get(f"/staff/answers/{key}")
    assert page.status_code == 200 and "&lt;i&gt;Miten?" in page.text and "&lt;b&gt;T" in page.text
    assert 'href="javascript:' not in page.text
    assert "The texts have been updated" in page.text


def test_a_passage_that_exists_in_one_language_only_says_so(assistant: Assistant) -> None:
    passage = made_passage()
    answer = made_answer(citations=(Citation(1, "Hae korttia.", passage.source),))
    other = made_passage(id="x#b", anchor="b", text="Muuta.")
    found = [Evidence(other, 2.0, 0.1), Evidence(passage, 1.0, 0.9)]
    used, rest = cards(answer, found, assistant.sister, "sv", TODAY)
    assert (used.numbers, used.pair, used.beside) == ((1,), "missing", None)
    assert (rest.numbers, used.text.is_old) == ((), True)
    (same, _) = cards(answer, found, assistant.sister, "fi", TODAY)
    assert same.pair == "same"


def test_of_a_split_section_only_the_quoted_part_is_marked(assistant: Assistant) -> None:
    first, second = made_passage(), made_passage(id="x#a~2", text="Toinen osa.")
    answer = made_answer(citations=(Citation(1, "Hae korttia.", first.source),))
    found = [Evidence(second, 2.0, 0.9), Evidence(first, 1.0, 0.9)]
    assert [card.numbers for card in cards(answer, found, assistant.sister, "sv", TODAY)] == [(1,), ()]


def test_the_text_to_copy_is_whole_and_in_the_customers_language() -> None:
    answer: Answer = made_answer(
        text="Hae korttia Kelasta. [1]",
        notices=(Notice("source_old", "Sivu on vanha."), Notice("personal_data_masked", "Älä lähetä.")),
    )
    assert plain_answer(answer) == (
        "Hae korttia Kelasta. [1]\n\n– Sivu on vanha.\n\n"
        "Lähteet:\n[1] Kela-kortti (Kela, sivu päivätty 10.1.2026)\nhttps://www.kela.fi/kela-kortti"
    )
    undated = replace(SOURCE, language="sv", as_of=None)
    other = replace(answer, notices=(), citations=(Citation(1, "", undated),))
    assert plain_answer(other).splitlines()[-2] == "[1] Kela-kortti (Kela, ruotsi, sivulla ei ole päiväystä)"


def made_passage(**changes: object) -> Passage:
    text = str(changes.pop("text", "Hae korttia."))
    fields = {
        "id": "x#a", "document_id": "docs/x.pdf", "anchor": "a", "topic": None, "language": "fi", "title": "Kortti",
        "headings": (), "url": "https://example.fi/x.pdf", "publisher": "Espoo", "owner": Owner.ESPOO,
        "as_of": date(2020, 1, 1), "text": text, "pieces": (Piece(text),),
    }  # fmt: skip
    return Passage(**fields | changes)  # type: ignore[arg-type]


def test_a_source_is_what_a_passage_says_it_is() -> None:
    assert isinstance(made_passage().source, Source)
