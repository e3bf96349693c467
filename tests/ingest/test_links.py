"""Links are checked against real local servers: what they answer, and what becomes of it."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from ingest.__main__ import cli
from ingest.links import Pace, check_links, linked
from tests.ingest.made import write_page

QUICK = Pace(timeout=0.4, pause=0.0)


class Site(BaseHTTPRequestHandler):
    """/404 answers 404, and so on. /hang never answers, /get-only refuses HEAD, /old and /gone-home lead elsewhere."""

    asked: list[tuple[str, str]]
    released: threading.Event

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path))
        name = self.path.strip("/").split("?")[0]
        if name == "hang":
            self.released.wait(20)
            return
        if name in ("old", "gone-home", "loop"):
            self._answer(301, {"old": "/200", "gone-home": "/", "loop": "/loop"}[name])
        elif name == "get-only":
            self._answer(405 if self.command == "HEAD" else 200)
        elif name == "get-404":
            self._answer(404 if self.command == "HEAD" else 200)
        else:
            self._answer(int(name or 200))

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *arguments: object) -> None:
        pass

    def _answer(self, status: int, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Server:
    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self._released = threading.Event()
        handler = type("Handler", (Site,), {"asked": self.asked, "released": self._released})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[Server]:
    """A site with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "site.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server = Server(context)
    yield server
    server.close()


def links(folder: Path, *urls: str) -> Path:
    """A knowledge folder that has these links and no others."""
    folder.mkdir(exist_ok=True)
    text = "".join(f'[fact_{number}]\nsource = "{url}"\n' for number, url in enumerate(urls))
    (folder / "facts.toml").write_text(text, encoding="utf-8")
    return folder


def outcome(folder: Path, *urls: str) -> tuple[list[str], list[str]]:
    problems, notes = check_links(links(folder, *urls), QUICK)
    assert {problem.code for problem in problems} <= {"dead_link"}
    return [problem.message for problem in problems], notes


@pytest.mark.parametrize("path", ["/200", "/204", "/old", "/get-only", "/get-404", "/200?page=1#part", "/"])
def test_a_link_that_lives(tmp_path: Path, site: Server, path: str) -> None:
    assert outcome(tmp_path / "k", site.url + path) == ([], [])


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/404", "answers 404"),
        ("/410", "answers 410"),
        ("/400", "answers 400"),
        ("/gone-home", "leads only to the front page"),
        ("/loop", "redirects more than 5 times"),
    ],
)
def test_a_dead_link(tmp_path: Path, site: Server, path: str, what: str) -> None:
    (message,), notes = outcome(tmp_path / "k", f"{site.url}/200", site.url + path)
    assert (message.startswith(f"{site.url}{path} {what}"), notes) == (True, [])


@pytest.mark.parametrize(
    ("path", "what"),
    [("/500", "answers 500"), ("/503", "answers 503"), ("/403", "answers 403"), ("/429", "answers 429")],
)
def test_an_answer_that_says_nothing_of_the_page_is_a_note(tmp_path: Path, site: Server, path: str, what: str) -> None:
    assert outcome(tmp_path / "k", site.url + path) == (
        [],
        ["1 links could not be checked; open them yourself:", f"{site.url}{path} {what}"],
    )


def test_a_site_that_hangs_is_asked_no_more(tmp_path: Path, site: Server) -> None:
    other = Server()
    problems, notes = outcome(tmp_path / "k", f"{other.url}/200", *(f"{site.url}/hang?{n}" for n in range(5)))
    other.close()
    assert (problems, len(notes)) == ([], 6)
    assert all("gave no answer in time" in note for note in notes[1:])
    assert len(site.asked) == 1


def test_a_certificate_that_nobody_trusts(tmp_path: Path, untrusted: Server) -> None:
    (message,), notes = outcome(tmp_path / "k", f"{untrusted.url}/200")
    assert ("no valid certificate" in message, notes) == (True, [])


def test_without_a_network_one_line_says_so(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}"
        problems, notes = outcome(tmp_path / "k", f"{closed}/a", f"{closed}/b", "http://no-such-host.invalid/")
    assert problems == []
    assert notes == ["No link could be checked: none of 2 sites answered. Is this machine online?"]


def test_each_address_is_asked_once_and_reported_where_it_stands(knowledge: Path, site: Server) -> None:
    for topic in ("daycare", "parking"):
        for language in ("fi", "sv", "en"):
            page = write_page(knowledge, topic, language)
            text = page.read_text(encoding="utf-8").replace(
                f"https://www.espoo.fi/{language}/{topic}", f"{site.url}/404#a"
            )
            page.write_text(text, encoding="utf-8")
    links(knowledge, f"{site.url}/200")
    assert list(linked(knowledge)) == [f"{site.url}/404", f"{site.url}/200"]
    problems, _ = check_links(knowledge, QUICK)
    assert [(problem.path, problem.language) for problem in problems] == [
        (f"{topic}/{language}.md", language) for topic in ("daycare", "parking") for language in ("en", "fi", "sv")
    ]
    assert sorted(site.asked) == [("GET", "/404"), ("HEAD", "/200"), ("HEAD", "/404")]


def test_the_command_asks_only_when_told_to(knowledge: Path, site: Server) -> None:
    path = knowledge / "facts.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("https://www.espoo.fi/", f"{site.url}/410"), encoding="utf-8"
    )
    for page in knowledge.glob("*/*.md"):
        text = page.read_text(encoding="utf-8").replace("https://www.espoo.fi/", f"{site.url}/200?")
        page.write_text(text, encoding="utf-8")
    silent = CliRunner().invoke(cli, ["check", "--documents", str(knowledge)])
    assert (silent.exit_code, site.asked) == (0, [])
    asked = CliRunner().invoke(cli, ["check", "--links", "--json", "--documents", str(knowledge)])
    found = json.loads(asked.stdout)
    assert (asked.exit_code, found["counts"]["all languages"]) == (1, {"dead_link": 1})
    assert "official page" in found["problems"][0]["advice"]
