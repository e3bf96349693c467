"""Every way in which a language model's server was seen or feared to fail, as replies of the scripted server.

Each is made with a random generator and a list: what a fault says that is not true goes into the list, so that a
judge that knows nothing of the verifier can look for it in what people were shown.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import re
from collections.abc import Callable

from eval.scripted_model import Asked, Line, Reply, chunk, honest_lines, said, status

Maker = Callable[[random.Random, list[str]], Reply]
NOISE = "qXz blörtti 9137 fnärk"
FALSE_LINES = {
    "fi": ("Se maksaa 47 euroa.", "Lue lisää osoitteesta www.espoo-apu.example.com.", "Soita numeroon 09 555 1234."),
    "sv": ("Tjänsten kostar 47 euro.", "Läs mer på www.espoo-apu.example.com.", "Ring numret 09 555 1234."),
    "en": ("The service costs 47 euros.", "Read more at www.espoo-apu.example.com.", "Call the number 09 555 1234."),
}  # fmt: skip
FOREIGN = (
    "Dies ist leider nur auf Deutsch verfügbar, bitte fragen Sie beim Amt nach. [1]",
    "Это можно узнать только в городской администрации. [1]",
    "Vous devez vous présenter à la mairie avec votre passeport. [1]",
)
REFUSALS = ("I'm sorry, but I can't help with that request.", "As an AI language model, I cannot give advice. [1]")


def language_of(asked: Asked) -> str:
    return {"suomeksi": "fi", "svenska": "sv"}.get(
        (re.findall(r"suomeksi|svenska", asked.prompt[-60:]) or [""])[0], "en"
    )


def _raw(data: bytes, *, hold: bool = False, kind: str = "text/event-stream") -> Maker:
    """These bytes as the body; `hold`: and then silence."""

    def make(chance: random.Random, lies: list[str]) -> Reply:
        async def reply(asked: Asked, line: Line) -> None:
            await line.head(200, kind=kind)
            await line.send(data)
            if hold:
                await asyncio.sleep(3600)

        return reply

    return make


def _after_honest(then: Callable[[Line], object]) -> Maker:
    """Up to two honest lines, and then the fault."""

    def make(chance: random.Random, lies: list[str]) -> Reply:
        async def reply(asked: Asked, line: Line) -> None:
            await line.begin()
            await line.say("".join(f"{text}\n" for text in honest_lines(asked)[: chance.randint(0, 2)]))
            result = then(line)
            if asyncio.iscoroutine(result):
                await result

        return reply

    return make


def _lying(false_line: Callable[[random.Random, Asked], str]) -> Maker:
    """An honest answer with one false line among its lines."""

    def make(chance: random.Random, lies: list[str]) -> Reply:
        async def reply(asked: Asked, line: Line) -> None:
            false = false_line(chance, asked)
            lies.append(re.sub(r"\s*\[\d+\]$", "", false))
            lines = honest_lines(asked)
            lines.insert(chance.randint(0, len(lines)), false)
            await said(*lines)(asked, line)

        return reply

    return make


def _other_number(chance: random.Random, asked: Asked) -> str:
    """An honest line whose number was changed; where none has one, a made-up price."""
    lines = [line for lines in asked.passages.values() for line in lines if re.search(r"\d", line[3:])]
    if not lines:
        return _false(chance, asked, 0)
    line = re.sub(r"^(?:-|\*|\d+\.) ", "", chance.choice(lines))
    found = chance.choice(list(re.finditer(r"\d+", line)))
    return f"{line[: found.start()]}{int(found[0]) + chance.randint(1, 9)}{line[found.end() :]} [1]"


def _false(chance: random.Random, asked: Asked, which: int) -> str:
    return f"{FALSE_LINES[language_of(asked)][which]} [1]"


async def _sleep(line: Line) -> None:
    await asyncio.sleep(3600)


async def _trickle(line: Line) -> None:
    data = f"data: {json.dumps(chunk({'content': 'Hello'}))}\n\n".encode()
    for position in range(len(data)):
        await line.part(data[position : position + 1])
        await asyncio.sleep(1)


async def _endless(line: Line) -> None:
    while True:
        await line.say(f"{NOISE} " * 20)


async def _endless_bytes(line: Line) -> None:
    while True:
        await line.part(b"x" * 10_000)


async def _slow_words(line: Line) -> None:
    await line.say(f"{NOISE} " * 400, pause=0.4)


async def _tool_call(line: Line) -> None:
    call = {"index": 0, "id": "c1", "type": "function", "function": {"name": "search", "arguments": "{}"}}
    await line.event(chunk({"tool_calls": [call]}))
    await line.end("tool_calls")


async def _ends_by_length(line: Line) -> None:
    await line.say(f"{NOISE} [1")
    await line.end("length")


async def _half_letter(line: Line) -> None:
    await line.part(f"data: {json.dumps(chunk({'content': 'ä'}), ensure_ascii=False)}".encode()[:-40] + b"\xc3\n\n")


async def _broken_events(line: Line) -> None:
    for data in ('{"choices": [{"delta": {"content": 5}}]}', "[1, 2", "null", '{"choices": null}', '{"error": "no"}'):
        await line.event(data)
    await line.end()


def _slow_headers(chance: random.Random, lies: list[str]) -> Reply:
    async def reply(asked: Asked, line: Line) -> None:
        for letter in b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n":
            await line.send(bytes([letter]))
            await asyncio.sleep(0.3)

    return reply


def _hung_up(chance: random.Random, lies: list[str]) -> Reply:
    async def reply(asked: Asked, line: Line) -> None:
        return

    return reply


def _hang(chance: random.Random, lies: list[str]) -> Reply:
    async def reply(asked: Asked, line: Line) -> None:
        await asyncio.sleep(3600)

    return reply


def _says(*lines: str) -> Maker:
    """These words in place of an answer."""

    def make(chance: random.Random, lies: list[str]) -> Reply:
        line = chance.choice(lines)
        lies.append(re.sub(r"\s*\[\d+\]$", "", line))
        return said(line)

    return make


def _leak(chance: random.Random, asked: Asked) -> str:
    rules = [line for line in str(asked.body["messages"][0]["content"]).splitlines() if re.match(r"\d\. ", line)]
    return f"{chance.choice(rules)[3:]} [1]"


def _status(code: int, *headers: str) -> Maker:
    return lambda chance, lies: status(code, b'{"error": {"message": "no"}}', *headers)


def _gzip(chance: random.Random, lies: list[str]) -> Reply:
    return status(200, gzip.compress(b"x" * 5_000_000)[:-9], "Content-Encoding: gzip")


def _unmarked(chance: random.Random, lies: list[str]) -> Reply:
    async def reply(asked: Asked, line: Line) -> None:
        await said(*(text.replace(" [1]", "") for text in honest_lines(asked)))(asked, line)

    return reply


FAULTS: dict[str, Maker] = {
    "hang": _hang,
    "hang after headers": _raw(b"", hold=True),
    "hang in mid-answer": _after_honest(_sleep),
    "a byte a second": _after_honest(_trickle),
    "slow words": _after_honest(_slow_words),
    "slow headers": _slow_headers,
    "endless words": _after_honest(_endless),
    "endless bytes": _after_honest(_endless_bytes),
    "hung up": _hung_up,
    "cut stream": _after_honest(lambda line: None),
    "garbage": _raw(bytes(range(256)) * 40),
    "garbage events": _after_honest(_broken_events),
    "wrong JSON": _raw(b'{"answer": "yes"}', kind="application/json"),
    "HTML": _raw(b"<html><body>Welcome to nginx 9137</body></html>", kind="text/html"),
    "empty body": _raw(b""),
    "half UTF-8": _after_honest(_half_letter),
    "gzip garbage": _gzip,
    "redirect": _status(302, "Location: /v1/elsewhere"),
    "401": _status(401),
    "404": _status(404),
    "429": _status(429, "Retry-After: 60"),
    "500": _status(500),
    "empty answer": lambda chance, lies: said(""),
    "length": _after_honest(_ends_by_length),
    "tool call": _after_honest(_tool_call),
    "refusal": _says(*REFUSALS),
    "wrong language": _lying(lambda chance, asked: chance.choice(FOREIGN)),
    "invented number": _lying(_other_number),
    "invented price": _lying(lambda chance, asked: _false(chance, asked, 0)),
    "invented link": _lying(lambda chance, asked: _false(chance, asked, 1)),
    "invented phone": _lying(lambda chance, asked: _false(chance, asked, 2)),
    "prompt leak": _lying(_leak),
    "image": _lying(lambda chance, asked: "![x](http://127.0.0.1/leak.png) [1]"),
    "wrong passage number": _lying(lambda chance, asked: f"{NOISE} [9]"),
    "no numbers": _unmarked,
}
