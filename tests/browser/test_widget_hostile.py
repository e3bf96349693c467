"""What the widget makes of texts, streams, storages and pages that mean it no good."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

from playwright.sync_api import Page, Request, expect

from app.domain import Answer, AnswerSentence, Citation, HandOff, Helpline, Notice, Owner, Source, Status, Urgent
from app.wire import answer_to_dict
from tests.browser.conftest import Faults, OpenPage, Served, violations
from tests.browser.widget import Widget
from tests.widget.scripted_service import MARKUP

CONVERSATION = "6f0d0c3e-1111-4222-8333-444455556666"
EVIL = f"{MARKUP} \u202e\u2066 {'Ä' * 3_000}"
SOURCE = Source(EVIL, "javascript:alert(1)", "a", "en", EVIL, Owner.OTHER, None, None, EVIL)
GOOD = Answer(
    "x", CONVERSATION, "answered?", "answered?", Status.ANSWERED, "en", "Ä 😀 §", sentences=(AnswerSentence("Ä 😀 §"),)
)
HOSTILE = replace(
    GOOD, question=EVIL, text=EVIL, sentences=(AnswerSentence(EVIL, (1, 2)), AnswerSentence(EVIL, (1,), "step")),
    citations=(Citation(1, EVIL, SOURCE), Citation(2, EVIL, replace(SOURCE, url="data:text/html,<b>"))),
    urgent=Urgent(f"Call. {EVIL}", (Helpline(EVIL, EVIL), Helpline("x", "112"))), notices=(Notice("x", EVIL),), choices=(EVIL,), suggestions=(EVIL,),
    hand_off=HandOff(EVIL, "JavaScript:alert(1)", "*#06#", "a@b.fi?bcc=c@d.fi", EVIL, False),
)  # fmt: skip
TAMPERED = answer_to_dict(HOSTILE)
TAMPERED["hand_off"]["opens_at"] = TAMPERED["citations"][0]["source"]["as_of"] = "garbage"
TEMPLATE = {"_$litType$": 1, "strings": ["<img src=x>"], "values": []}


def event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


STARTED = event("started", {"id": "x", "conversation_id": CONVERSATION})
FINISHED = event("answer", answer_to_dict(GOOD))
SENTENCE = {"sentence": {"text": "Half of it.", "citations": [], "kind": "text"}, "citations": []}
PROBLEM = {"title": "t", "code": "rate_limited", "status": 429, "detail": f"Try again in 12 seconds. {MARKUP}"}
AWAY = "The service cannot be reached."
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "refused": ({"status": 429, "json": PROBLEM}, "Try again in 12 seconds. <img"),
    "a proxy's page": ({"status": 502, "body": "<h1>Bad gateway</h1>", "content_type": "text/html"}, AWAY),
    "a sign-in page": ({"body": "<h1>Log in</h1>", "content_type": "text/html"}, AWAY),
    "a problem that is none": ({"status": 500, "json": {"detail": TEMPLATE}}, AWAY),
    "a redirection": ({"status": 307, "headers": {"Location": "https://other.example/"}}, AWAY),
    "no content": ({"status": 204}, AWAY),
    "empty": ({"body": ""}, AWAY),
    "no JSON": ({"body": STARTED + "event: answer\ndata: {oops\n\n"}, AWAY),
    "null": ({"body": STARTED + event("answer", None)}, AWAY),
    "another object": ({"body": event("started", None) + FINISHED}, AWAY),
    "half an answer": ({"body": STARTED + event("answer", {**answer_to_dict(GOOD), "sentences": [None]})}, AWAY),
    "another language": ({"body": STARTED + event("answer", {**answer_to_dict(GOOD), "language": "de"})}, AWAY),
    "a template": ({"body": STARTED + event("answer", {**answer_to_dict(GOOD), "choices": [TEMPLATE]})}, AWAY),
    "a frame without an end": ({"body": STARTED + "event: answer\ndata: " + "x" * 2_000_000}, AWAY),
    "cut": ({"body": STARTED + event("sentence", SENTENCE)}, "The connection was lost before"),
}
UNKNOWN = "".join(event(name, {}) for name in ("ping", "toString", "__proto__", "reset", "reset")) + ": note\n\n"


def replying(page: Page, **reply: Any) -> None:
    """Every question gets this reply; of no answer the service has heard."""
    page.unroute_all()
    page.route("**/api/v1/questions", lambda route: route.fulfill(**{"content_type": "text/event-stream", **reply}))
    page.route("**/api/v1/answers/*", lambda route: route.fulfill(status=404, json={**PROBLEM, "status": 404}))


def inside(page: Page, script: str) -> Any:
    return page.locator("hello-espoo").first.evaluate(f"(element) => {{ const root = element.shadowRoot; {script} }}")


def test_texts_that_attack(script: Served, open_page: OpenPage) -> None:
    """Markup, direction marks and words without end in every field; addresses that run a script."""
    page = open_page(f"{script.url}/embed?language=en", "narrow")
    widget = Widget(page)
    replying(page, body=STARTED + event("answer", TAMPERED))
    answer = widget.ask("answered please")
    answer.locator(".marker").first.click()
    assert answer.inner_text().count("<img src=x") > 12 and page.title() == "Hello Espoo Advisor"
    expect(page.locator("hello-espoo img, hello-espoo script")).to_have_count(0)
    links = inside(page, "return [...root.querySelectorAll('.exchange a')].map(link => link.getAttribute('href'))")
    assert links == ["tel:112"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320 and not violations(page)
    thousands = [AnswerSentence(f"Sentence {number}.", (), ("text", "item")[number % 2]) for number in range(3_000)]
    stream = "".join(
        event(
            "sentence", {"sentence": answer_to_dict(replace(GOOD, sentences=(one,)))["sentences"][0], "citations": []}
        )
        for one in thousands
    )
    replying(page, body=STARTED + stream + event("answer", answer_to_dict(replace(GOOD, sentences=tuple(thousands)))))
    widget.ask("answered again")
    expect(widget.last.get_by_text("Sentence 2999.")).to_be_attached()


def test_broken_replies(script: Served, open_page: OpenPage, faults: Faults) -> None:
    """Each is told in words, each leaves a question that can be asked again."""
    page = open_page("about:blank")
    page.clock.install()
    page.goto(f"{script.url}/embed?language=en")
    widget = Widget(page)
    for name, (reply, said) in BROKEN.items():
        replying(page, **reply)
        widget.send("answered please")
        widget.give_up()
        expect(widget.last.locator(".trouble"), name).to_contain_text(said)
        expect(page.get_by_role("alert").filter(has_text=said), name).to_be_attached()
        expect(widget.last.get_by_role("heading", level=3), name).to_contain_text("answered please")
        assert "Half of it." not in widget.last.inner_text()
    replying(page, body=UNKNOWN + STARTED + UNKNOWN + event("sentence", SENTENCE) + UNKNOWN + FINISHED + UNKNOWN)
    widget.button("again").last.click()
    expect(widget.last.locator(".text")).to_have_text("Ä 😀 §")
    expect(page.locator("li.exchange")).to_have_count(len(BROKEN))
    page.unroute_all()
    widget.button("again").first.click()
    widget.ready()
    faults.seen.clear()  # the browser's own word on the redirection


def test_characters_that_arrive_in_pieces(script: Served, open_page: OpenPage) -> None:
    page = open_page(f"{script.url}/embed?language=en")
    page.evaluate(
        """text => { const bytes = new TextEncoder().encode(text); const real = window.fetch;
        window.fetch = (url, init) => !String(url).endsWith('/questions') ? real(url, init) : Promise.resolve(new Response(
          new ReadableStream({ start(line) { for (const byte of bytes) line.enqueue(new Uint8Array([byte])); line.close(); } }))); }""",
        (STARTED + event("sentence", SENTENCE) + FINISHED).replace("\n", "\r\n"),
    )
    expect(Widget(page).ask("answered please").locator(".text")).to_have_text("Ä 😀 §")


def test_a_storm_of_presses_and_a_question_after_stop(script: Served, open_page: OpenPage) -> None:
    """One question at a time; a stopped one holds nobody up, costs no follow-up, and is deleted with the others."""
    page = open_page(f"{script.url}/embed?language=en")
    widget = Widget(page)
    sent: list[dict[str, Any]] = []
    deleted: list[str] = []

    def seen(made: Request) -> None:
        if made.url.endswith("/questions"):
            sent.append(made.post_data_json)
        if made.method == "DELETE":
            deleted.append(made.url[-36 - len("?language=en") : -len("?language=en")])

    page.on("request", seen)
    widget.field.fill("answered please")
    inside(
        page,
        """const field = root.querySelector('#question');
        for (let time = 0; time < 20; time++) {
          field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })); root.querySelector('.send').click(); }""",
    )
    widget.ready()
    assert len(sent) == 1
    widget.send("half please")
    expect(widget.last.get_by_text("Get your tax card like this:")).to_be_visible()
    widget.button("stop").dblclick()
    widget.ask("answered at once")
    assert [question["conversation_id"] is None for question in sent] == [True, False, True]
    assert [len(question["history"]) for question in sent] == [0, 1, 1]
    page.route("**/conversations/*", lambda route: route.fulfill(status=204))
    widget.button("forget").click()
    widget.button("forget_yes").click()
    expect(page.get_by_role("status")).to_have_text(widget.say("forgotten"))
    assert len(set(deleted)) == 2 and sent[1]["conversation_id"] in deleted


def test_what_the_storage_may_hold(script: Served, open_page: OpenPage) -> None:
    """Anything that a page, an older version or a browser that brings a tab back left there."""
    page = open_page(f"{script.url}/?language=en")

    def kept(**changes: Any) -> dict[str, Any]:
        blank = {"id": "a", "asked": time.time() * 1000, "conversation": None, "question": "q", "language": "en", "sentences": [],
                 "citations": [], "answer": answer_to_dict(GOOD), "trouble": None, "detail": "", "retrying": False, "feedback": ""}  # fmt: skip
        return blank | changes

    yesterday = (time.time() - 25 * 3600) * 1000
    left: list[tuple[object, int]] = [
        ("{oops", 0), (7, 0), ({"exchanges": 5, "draft": [], "open": "yes", "chosen": "xx"}, 0),
        ({"exchanges": [{}, None, {"id": 1}]}, 0), ({"exchanges": [kept(answer={})]}, 0),
        ({"exchanges": [kept(answer=None, trouble="nonsense")]}, 0), ({"exchanges": [kept(detail=TEMPLATE)]}, 0),
        ({"exchanges": [kept(asked=yesterday), kept()], "conversation": {"a": 1}}, 1),
    ]  # fmt: skip
    for value, count in left:
        page.evaluate(
            "left => sessionStorage.setItem('hello-espoo-2', left)",
            value if isinstance(value, str) else json.dumps(value),
        )
        page.reload()
        expect(Widget(page).open().field).to_be_visible()
        expect(page.locator("li.exchange")).to_have_count(count)
        page.evaluate("sessionStorage.clear()")
    page.evaluate(
        "try { for (let size = 1e6; size > 1; size /= 10) for (;;) sessionStorage[Math.random()] = 'x'.repeat(size) } catch {}"
    )
    Widget(page).ask("answered please")


def test_a_page_that_means_no_good(script: Served, open_page: OpenPage) -> None:
    """Its rules for every element, its scripts that move the element about, a second widget, calls before their time."""
    page = open_page(f"{script.url}/?language=en", "phone", reduced_motion="reduce")
    page.evaluate(
        """() => { const sheet = new CSSStyleSheet(); document.adoptedStyleSheets = [sheet];
        sheet.replaceSync("body * { font-size: 7px; color: red; letter-spacing: 1em; text-transform: uppercase; direction: rtl; transform: rotate(9deg); filter: blur(9px) } button { display: none !important }"); }"""
    )
    widget = Widget(page).open()
    look = "const style = getComputedStyle(root.querySelector('.welcome p')); return [style.fontSize, style.color, style.letterSpacing, style.textTransform, style.direction]"
    assert inside(page, look) == ["16px", "rgb(9, 28, 59)", "normal", "none", "ltr"]
    assert page.locator("dialog").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    widget.send("half please")
    expect(widget.last.get_by_text("Get your tax card like this:")).to_be_visible()
    inside(page, "element.remove(); document.querySelector('main').append(element); element.setLocale('sv')")
    expect(page.locator("dialog:modal")).to_be_visible()
    expect(Widget(page, "sv").field).to_be_visible()
    Widget(page, "sv").button("close").click()
    page.evaluate(
        """() => { const second = document.createElement('hello-espoo'); second.setLocale('fi'); second.reset(); second.close(); second.mode = 'inline';
        document.querySelector('main').prepend(second); }"""
    )
    expect(Widget(page, "fi").field).to_be_visible()
    assert len(page.evaluate("JSON.parse(sessionStorage['hello-espoo-2']).exchanges")) == 1


def test_the_keyboard_of_a_phone(script: Served, open_page: OpenPage) -> None:
    """It covers the page; the window ends above it. Somebody who has zoomed in is left alone."""
    page = open_page("about:blank", "phone", reduced_motion="reduce")
    page.add_init_script(
        "Object.defineProperty(window, 'visualViewport', { value: Object.assign(new EventTarget(), { height: 844, offsetTop: 0, scale: 1 }) })"
    )
    page.goto(f"{script.url}/?language=en")
    widget = Widget(page).open()
    turn = "view => { Object.assign(visualViewport, view); visualViewport.dispatchEvent(new Event('resize')) }"
    for view, height in (
        ({"height": 480, "offsetTop": 60}, 480),
        ({"scale": 2}, 844),
        ({"height": 844, "offsetTop": 0, "scale": 1}, 844),
    ):
        page.evaluate(turn, view)
        box = page.locator("dialog").bounding_box()
        assert box and box["height"] == height
    page.set_viewport_size({"width": 844, "height": 390})
    widget.ask("answered please")
    field, question = widget.field.bounding_box(), widget.last.get_by_role("heading", level=3).bounding_box()
    assert field and question and field["y"] + field["height"] < 390 and 0 < question["y"] < 120, "side by side"
    assert field["x"] > question["x"] + question["width"] and not violations(page)
