"""The door: every route closed, sessions, forms of our own only, and slowness for those who guess."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from app.assistant import Assistant
from app.settings import Settings
from tests.staff.conftest import NAME, ORIGIN, PASSWORD, DeskPage, csrf_of, desk_of

pytestmark = pytest.mark.anyio
OPEN = {"/static/{name}", "/sign-in"}


def site_of(desk: DeskPage) -> Starlette:
    mount = next(route for route in desk.app.routes if isinstance(route, Mount) and route.path == "/staff")
    return cast(Starlette, mount.app)


async def test_every_route_is_closed_to_those_without_a_session(desk: DeskPage) -> None:
    routes = [cast(Route, route) for route in site_of(desk).routes]
    assert {route.path for route in routes} >= {"/", "/ask", "/answers/{answer_id}", "/gaps", "/gaps.csv", "/report"}
    for route in routes:
        if route.path in OPEN:
            continue
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
            headers = {"Cookie": "espoo-staff=guessed", "Content-Type": "application/x-www-form-urlencoded"}
            answer = await desk.client.request(method, f"/staff{route.path}", headers=headers)
            assert answer.status_code == 303, (method, route.path)
            assert answer.headers["location"].startswith("/staff/sign-in?")


@pytest.mark.parametrize(
    "path",
    ["/staff/none", "/staff//gaps", "/staff/sign-in/../gaps", "/staff/sign-in/", "/staff/sign-in;x", "/staff/%67aps"],
)
async def test_other_spellings_open_nothing(desk: DeskPage, path: str) -> None:
    answer = await desk.client.get(path)
    assert answer.status_code in (303, 404)
    assert "/staff/sign-out" not in answer.text


@pytest.mark.parametrize("name", ["../staff.css", "..%2fsite.py", "%2e%2e%2fsite.py", "templates", "staff.css%00"])
async def test_only_the_named_files_are_served(desk: DeskPage, name: str) -> None:
    assert (await desk.client.get(f"/staff/static/{name}")).status_code in (303, 404)


async def test_signing_in_and_out(desk: DeskPage) -> None:
    went = await desk.client.get("/staff/gaps?period=7&tongue=sv")
    page = await desk.client.get(went.headers["location"])
    assert 'name="next" value="/staff/gaps?period=7&amp;tongue=sv"' in page.text
    came = await desk.sign_in(next="/staff/gaps?period=7&tongue=sv", language="sv")
    assert (came.status_code, came.headers["location"]) == (303, "/staff/gaps?period=7&tongue=sv")
    cookie = came.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/staff"):
        assert part in cookie
    assert "expires" not in cookie.lower() and "max-age" not in cookie.lower()
    gaps = await desk.client.get("/staff/gaps")
    assert gaps.status_code == 200 and '<html lang="sv">' in gaps.text and NAME in gaps.text
    assert (await desk.client.get("/staff/sign-in")).headers["location"] == "/staff/"
    token = desk.client.cookies["espoo-staff"]
    assert (await desk.post("/staff/sign-out")).url.path == "/staff/sign-in"
    assert (await cookie_alone(desk, token)).status_code == 303, "the token is dead, not only forgotten"


async def test_a_session_planted_before_the_sign_in_is_not_taken_over(desk: DeskPage) -> None:
    came = await desk.client.post(
        "/staff/sign-in", data={"name": NAME, "password": PASSWORD}, headers={"Cookie": "espoo-staff=planted"}
    )
    assert came.status_code == 303 and "planted" not in came.headers["set-cookie"]
    first = desk.client.cookies["espoo-staff"]
    assert (await cookie_alone(desk, "planted")).status_code == 303
    assert (await desk.sign_in()).status_code == 303
    assert desk.client.cookies["espoo-staff"] != first
    assert (await cookie_alone(desk, first)).status_code == 303, "the session before has ended"


async def cookie_alone(desk: DeskPage, token: str) -> httpx.Response:
    """The gaps as a browser gets them that has this token and nothing else."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.app), base_url=ORIGIN) as browser:
        return await browser.get("/staff/gaps", headers={"Cookie": f"espoo-staff={token}"})


async def test_a_question_outlives_the_session(desk: DeskPage) -> None:
    typed = "Miten saan verokortin?\r\n<b>Kiitos</b>"
    page = await desk.client.post("/staff/ask", data={"question": typed, "csrf": "old"})
    assert page.status_code == 401 and "kysymyksesi palaa" in page.text and "<b>Kiitos" not in page.text
    page = await desk.sign_in(password="wrong", kept=typed)
    assert page.status_code == 401 and 'name="kept"' in page.text
    page = await desk.sign_in(kept=typed, language="fi")
    assert page.status_code == 200 and "Miten saan verokortin?" in page.text and "Tee luonnos" in page.text
    answered = await desk.client.post("/staff/ask", data={"question": typed, "csrf": csrf_of(page)})
    assert answered.status_code == 303, "the form that came back is the new session's"


async def test_a_crowd_of_sign_ins_is_turned_away_before_it_costs_anything(desk: DeskPage) -> None:
    site_of(desk).state.parts.sign_ins.total_tokens = 3
    answers: list[int] = []
    async with anyio.create_task_group() as crowd:
        for number in range(12):
            crowd.start_soon(sign_in_as, desk, f"stranger{number}", answers)
    assert sorted(answers) == [401] * 3 + [429] * 9
    assert (await desk.sign_in()).status_code == 303, "the crowd is gone"


async def sign_in_as(desk: DeskPage, name: str, answers: list[int]) -> None:
    answers.append((await desk.sign_in(name, "some password")).status_code)


async def test_wrong_name_and_wrong_password_look_the_same(desk: DeskPage) -> None:
    answers = [await desk.sign_in(NAME, "wrong password"), await desk.sign_in("nobody", "wrong password")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].text.replace(NAME, "nobody") == answers[1].text
    assert answers[0].headers.keys() == answers[1].headers.keys()
    assert "wrong password" not in answers[0].text


async def test_over_https_the_cookie_is_bound_to_the_host(settings: Settings, assistant: Assistant) -> None:
    public = settings.model_copy(update={"public_url": "https://desk.espoo.example"})
    async with desk_of(
        public, assistant, base_url="https://desk.espoo.example", headers={"Sec-Fetch-Site": "same-origin"}
    ) as desk:
        cookie = (await desk.sign_in()).headers["set-cookie"]
        assert cookie.startswith("__Host-espoo-staff=")
        assert "Secure" in cookie and "Path=/;" in cookie and "Domain" not in cookie
        assert (await desk.client.get("/staff/gaps")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Origin": f"{ORIGIN}.evil.example"},
        {},
    ],
)
async def test_a_form_of_another_site_is_refused(signed_in: DeskPage, headers: dict[str, str]) -> None:
    token = csrf_of(await signed_in.client.get("/staff/"))
    del signed_in.client.headers["Origin"]
    for address, data in (
        ("/staff/ask", {"csrf": token, "question": "Miten saan verokortin?"}),
        ("/staff/sign-out", {"csrf": token}),
        ("/staff/sign-in", {"name": NAME, "password": PASSWORD}),
    ):
        assert (await signed_in.client.post(address, data=data, headers=headers)).status_code == 403


@pytest.mark.parametrize("token", [None, "", "0" * 64, "å", "\x00"])
async def test_a_form_without_its_token_is_refused(signed_in: DeskPage, token: str | None) -> None:
    for address in ("/staff/ask", "/staff/sign-out", "/staff/language"):
        data = {"question": "Miten saan verokortin?"} | ({} if token is None else {"csrf": token})
        answer = await signed_in.client.post(address, data=data)
        assert answer.status_code == 403 and "The form could not be accepted" in answer.text
    assert (await signed_in.client.get("/staff/")).status_code == 200


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("text/plain", b"csrf=x", 415),
        ("application/x-www-form-urlencoded", b"question=%ff%fe", 400),
        ("application/x-www-form-urlencoded", "question=ä".encode(), 400),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(30)), 400),
        ("application/x-www-form-urlencoded", b"question=" + b"x" * 70_000, 413),
        ("application/x-www-form-urlencoded", b"question=" + b"x" * 600_000, 413),
    ],
)
async def test_a_broken_form_is_refused_with_a_page(
    signed_in: DeskPage, content_type: str, body: bytes, status: int
) -> None:
    for address in ("/staff/ask", "/staff/sign-in"):
        answer = await signed_in.client.post(address, content=body, headers={"Content-Type": content_type})
        assert answer.status_code == status and "<h1>" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/staff/../",
        "/staff//evil.example",
        "/staff/\nx",
        "/",
    ],
)
async def test_the_way_back_leads_nowhere_else(desk: DeskPage, address: str) -> None:
    page = await desk.client.get("/staff/sign-in", params={"next": address})
    assert 'name="next" value="/staff/"' in page.text


async def test_guessing_is_slowed_for_a_pair_and_not_for_the_worker_elsewhere(
    settings: Settings, assistant: Assistant
) -> None:
    async with desk_of(settings, assistant) as desk:
        statuses = [(await desk.sign_in(NAME, "")).status_code for _ in range(12)]
        assert statuses == [401] * 10 + [429] * 2
        slowed = await desk.sign_in()
        assert slowed.status_code == 429 and 0 < int(slowed.headers["retry-after"]) <= 900
        assert "set-cookie" not in slowed.headers
        transport = httpx.ASGITransport(desk.app, client=("198.51.100.7", 50000))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN}) as elsewhere:
            assert (
                await elsewhere.post("/staff/sign-in", data={"name": NAME, "password": PASSWORD})
            ).status_code == 303


async def test_the_pages_headers(signed_in: DeskPage) -> None:
    for address in ("/staff/", "/staff/gaps", "/staff/gaps.csv", "/staff/none", "/staff/static/staff.js"):
        headers = (await signed_in.client.get(address)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == ("no-cache" if "static" in address else "no-store")
        assert (headers["referrer-policy"], headers["x-content-type-options"]) == ("same-origin", "nosniff")
        assert "access-control-allow-origin" not in headers


async def test_the_database_away_is_an_honest_page(tmp_path: Path, assistant: Assistant) -> None:
    away = Settings(_env_file=None, data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/nothing")
    async with desk_of(away, assistant, headers={"Origin": ORIGIN, "Accept-Language": "sv"}) as desk:
        assert (await desk.client.get("/staff/sign-in")).status_code == 200
        for answer in (
            await desk.sign_in(),
            await desk.client.get("/staff/", headers={"Cookie": "espoo-staff=x"}),
        ):
            assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
            assert "Databasen går inte att nå" in answer.text and "psycopg" not in answer.text


async def test_a_fault_of_ours_is_a_page_with_a_number(signed_in: DeskPage) -> None:
    site_of(signed_in).add_route("/faulty", faulty)
    answer = await signed_in.client.get("/staff/faulty")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text and "secret" not in answer.text
    assert re.search(r"<code>[0-9a-f-]{36}</code>", answer.text)


async def faulty(request: Request) -> Response:
    raise RuntimeError("secret")
