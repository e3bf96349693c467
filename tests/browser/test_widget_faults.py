"""What the widget does when something goes wrong, and every layout of an answer: in front of the real server with scripted answers."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from app.desk import HELSINKI
from app.domain import Language
from eval.scripted_model import ScriptedModel, honest
from tests.browser.conftest import OpenPage, Served, scripted, serving, shoot, starting, violations
from tests.browser.widget import Widget
from tests.widget.scripted_service import CLOSED, SCRIPTS

HANDED_OFF = {"noticed", "unanswered", "referred", "personal", "failed"}
RATED = {"answered", "noticed", "unanswered", "referred"}
STARTED = 'event: started\ndata: {"id": "x", "conversation_id": "6f0d0c3e-1111-4222-8333-444455556666"}\n\n'
HALF = (
    STARTED
    + 'event: sentence\ndata: {"sentence": {"text": "Half of it.", "citations": [], "kind": "text"}, "citations": []}\n\n'
)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_layout(script: Served, open_page: OpenPage, size: str, request: pytest.FixtureRequest) -> None:
    page = open_page(f"{script.url}/embed?language=en", size)
    widget = Widget(page)
    seen = {}
    for name in SCRIPTS:
        answer = widget.ask(f"{name} please")
        seen[name] = violations(page)
        shoot(page, f"{size}-layout-{name}", request)
        expect(answer.locator(".contact")).to_have_count(int(name in HANDED_OFF))
        expect(answer.locator(".feedback")).to_have_count(int(name in RATED))
        if name in (
            "unanswered",
            "referred",
        ):  # nothing is quoted: the nearest questions lead, before pages and persons
            expect(answer.locator("h4").first).to_have_text(widget.say("meant"))
            expect(answer.locator("h4", has_text=widget.say("may_help"))).to_have_count(1)
            expect(answer.locator("h4", has_text=widget.say("suggestions"))).to_have_count(0)
            expect(answer.locator("blockquote")).to_have_count(0)
    assert seen == {name: [] for name in SCRIPTS}
    expect(page.get_by_text("page dated 5 February 2026").first).to_be_attached()
    expect(page.get_by_text("page in Finnish").first).to_be_attached()
    expect(page.locator('a[href^="javascript"]')).to_have_count(0)
    assert CLOSED.opens_at
    expect(page.locator(".opening").last).to_contain_text(
        f"Closed now · Opens {CLOSED.opens_at.astimezone(HELSINKI).strftime('%A')}"
    )
    page.get_by_role("button", name="Parking ticket?").click()
    widget.ready()
    expect(widget.last.get_by_role("heading", level=3)).to_contain_text("Parking ticket?")


def test_only_an_office_is_said_to_take_care_of_a_matter(script: Served, open_page: OpenPage) -> None:
    widget = Widget(open_page(f"{script.url}/embed?language=en"))
    for name, heading in (("referred", "responsible"), ("nobody", "person")):
        expect(widget.ask(f"{name} please").locator(".contact h4")).to_have_text(widget.say(heading))


def test_sentences_come_one_by_one_and_a_reset_takes_them_back(script: Served, open_page: OpenPage) -> None:
    page = open_page(f"{script.url}/embed?language=en")
    widget = Widget(page)
    widget.send("half please")
    expect(widget.last.get_by_text("Get your tax card like this:")).to_be_visible()
    expect(widget.last.get_by_text("Looking for an answer")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Looking for an answer")
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")
    expect(widget.field).to_have_attribute("readonly", "")
    assert not violations(page)
    widget.button("stop").click()
    expect(widget.last.get_by_text(widget.say("stopped"))).to_be_visible()
    expect(widget.last.get_by_text("Get your tax card like this:")).to_be_hidden()
    widget.send("reset please")
    expect(widget.last.get_by_text("A voided sentence.")).to_be_visible()
    widget.ready()
    expect(widget.last.get_by_text("A voided sentence.")).to_have_count(0)
    expect(widget.last.get_by_text("Get your tax card like this:")).to_be_visible()


@pytest.mark.parametrize("arrives", [True, False])
def test_a_cut_stream_is_taken_up_again(script: Served, open_page: OpenPage, arrives: bool) -> None:
    """Whether the service has the question or not: the same id, one answer, once."""
    page = open_page(f"{script.url}/embed?language=en")
    widget = Widget(page)
    asked: list[str] = []

    def cut(route: Route) -> None:
        asked.append(route.request.post_data_json["id"])
        if len(asked) > 1:
            return route.continue_()
        if arrives:
            route.fetch()
        return route.fulfill(body=HALF, content_type="text/event-stream")

    page.route("**/api/v1/questions", cut)
    answer = widget.ask("answered please")
    expect(answer.get_by_text("Half of it.")).to_have_count(0)
    expect(answer.locator(".text")).to_have_count(1)
    assert len(set(asked)) == 1
    assert len(asked) == (1 if arrives else 3), "the third without the conversation, which the service does not know"


def test_a_page_change_in_mid_answer(script: Served, open_page: OpenPage) -> None:
    page = open_page(f"{script.url}/?language=en")
    widget = Widget(page).open()
    widget.send("slow please")
    expect(widget.last.get_by_text("Get your tax card like this:")).to_be_visible()
    page.goto(f"{script.url}/?language=en&elsewhere")
    widget.ready()
    expect(widget.last.get_by_text("It comes by post.")).to_be_attached()


def test_the_service_is_killed_in_mid_answer(
    tmp_path: Path, open_page: OpenPage, request: pytest.FixtureRequest
) -> None:
    port = free_port()
    with scripted(tmp_path, port) as first:
        page = open_page("about:blank")
        page.clock.install()
        page.goto(f"{first.url}/?language=sv")
        widget = Widget(page, "sv").open()
        widget.send("slow please")
        expect(widget.last.get_by_text("Get your tax card like this:")).to_be_visible()
        first.kill()
    expect(widget.last.get_by_text(widget.say("retrying"))).to_be_visible()
    widget.give_up()
    lost = widget.say("cut", name="Hello Espoo-info")
    expect(widget.last.get_by_text(lost)).to_be_visible()
    with starting(tmp_path, port) as second:
        expect(page.get_by_role("alert").filter(has_text=lost)).to_be_attached()
        expect(widget.last.get_by_text("Get your tax card like this:")).to_have_count(0)
        expect(widget.last.get_by_role("heading", level=3)).to_contain_text("slow please")
        expect(page.locator("footer .name")).to_be_visible()
        expect(page.locator("footer .name")).to_have_text("Hello Espoo")
        assert not violations(page)
        shoot(page, "desktop-killed", request)
        second()
        widget.button("again").click()
        widget.ready()
    expect(widget.last.get_by_text("It comes by post.")).to_be_attached()
    expect(page.locator("li.exchange")).to_have_count(1)
    expect(page.locator("dialog footer .name")).to_be_hidden()


def test_the_real_service_is_killed_while_its_model_speaks(
    own_data: Callable[[], Path], open_page: OpenPage, request: pytest.FixtureRequest
) -> None:
    """Nothing of a half answer stays; the question does, and is answered when the service is back."""
    data, port = own_data(), free_port()
    with ScriptedModel(then=honest(pause=0.4)) as model:
        settings = {"llm_base_url": model.url, "llm_model": "scripted"}
        with serving(data, port, **settings) as first:
            page = open_page("about:blank")
            page.clock.install()
            page.goto(f"{first.url}/?language=en")
            widget = Widget(page).open()
            widget.send("How do I get a tax card?")
            half = widget.last.locator(".text")
            expect(half).to_be_visible(timeout=30_000)
            expect(widget.last.locator(".waiting")).to_be_visible()
            shoot(page, "desktop-streaming-real", request)
            first.kill()
        widget.give_up()
        lost = widget.say("cut", name="Hello Espoo Info")
        expect(page.get_by_role("alert").filter(has_text=lost)).to_be_attached()
        expect(widget.last.get_by_text(lost)).to_be_visible()
        expect(half).to_have_count(0)
        expect(widget.last.get_by_role("heading", level=3)).to_contain_text("How do I get a tax card?")
        expect(page.locator("dialog footer .name")).to_be_visible()
        shoot(page, "desktop-killed-real", request)
        model.always(honest())
        with serving(data, port, **settings):
            widget.button("again").click()
            widget.ready()
            expect(widget.last.locator(".sources a").first).to_be_visible()
            widget.ask("When do I have to apply for daycare?")
    expect(page.locator("li.exchange")).to_have_count(2)
    expect(page.locator(".trouble")).to_have_count(0)


@pytest.mark.parametrize("size", ["desktop", "narrow"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_trouble_is_accessible_with_the_desk_in_sight(
    script: Served, open_page: OpenPage, language: Language, size: str, request: pytest.FixtureRequest
) -> None:
    page = open_page("about:blank", size, reduced_motion="reduce")
    page.clock.install()
    page.goto(f"{script.url}/?language={language}")
    widget = Widget(page, language).open()
    desk = page.locator("dialog footer .name")
    seen: dict[str, list[str]] = {}

    def state(name: str, in_sight: bool) -> None:
        seen[name] = violations(page)
        shoot(page, f"{size}-{language}-trouble-{name}", request)
        expect(desk, name).to_be_visible(visible=in_sight)

    widget.send("half please")
    expect(widget.last.locator(".text")).to_be_visible()
    state("streaming", in_sight=False)
    widget.button("stop").click()
    expect(widget.last.locator(".trouble")).to_contain_text(widget.say("stopped"))
    state("stopped", in_sight=False)
    page.route("**/api/v1/questions", lambda route: route.fulfill(body=HALF, content_type="text/event-stream"))
    widget.send("answered please")
    widget.give_up()
    expect(widget.last.locator(".trouble")).to_be_visible()
    state("cut", in_sight=True)
    page.unroute_all()
    widget.button("again").last.click()
    widget.ready()
    state("answered", in_sight=False)
    widget.ask("failed please")
    state("failed", in_sight=True)
    page.context.set_offline(True)
    widget.send("answered please")
    expect(widget.last.locator(".trouble")).to_contain_text(widget.say("offline"))
    state("offline", in_sight=True)
    assert not [found for found in seen.items() if found[1]]


def test_offline(script: Served, open_page: OpenPage, request: pytest.FixtureRequest) -> None:
    page = open_page(f"{script.url}/?language=fi", "phone")
    widget = Widget(page, "fi").open()
    page.context.set_offline(True)
    expect(page.locator(".offline")).to_have_text(widget.say("offline_now"))
    widget.send("answered please")
    expect(widget.last.get_by_text(widget.say("offline"))).to_be_visible()
    assert not violations(page)
    shoot(page, "phone-offline", request)
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_have_count(0)
    widget.button("again").click()
    widget.ready()
    expect(widget.last.get_by_text("It comes by post.")).to_be_attached()


def test_nothing_comes_for_too_long(script: Served, open_page: OpenPage) -> None:
    page = open_page("about:blank")
    page.clock.install()
    page.goto(f"{script.url}/embed?language=en")
    widget = Widget(page)
    page.route("**/api/v1/questions", lambda route: None)
    widget.send("answered please")
    page.clock.fast_forward(9_000)
    expect(page.get_by_role("status")).to_have_text(widget.say("slow"))
    page.clock.fast_forward(80_000)
    expect(widget.last.get_by_text(widget.say("late", name="Hello Espoo Info"))).to_be_visible()


def test_the_service_is_away_from_the_start(script: Served, open_page: OpenPage) -> None:
    """The built-in words serve: starting questions, the desk, the emergency number."""
    page = open_page("about:blank")
    page.route("**/api/v1/**", lambda route: route.abort())
    page.goto(f"{script.url}/?language=en")
    widget = Widget(page).open()
    expect(page.get_by_role("button", name="Where can I study Finnish in Espoo?")).to_be_visible()
    expect(page.get_by_text(widget.say("kept_for_a_time"))).to_be_attached()
    page.get_by_text(widget.say("person")).last.click()
    expect(page.locator("dialog footer")).to_contain_text("Iso Omena Service Centre")
    expect(page.locator("dialog footer a[href='tel:112']")).to_be_visible()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
