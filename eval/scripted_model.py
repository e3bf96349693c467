"""A language model's server that does as it is told: OpenAI's protocol over real HTTP, for tests and for rehearsals.

    with ScriptedModel() as model:            # honest: says the sentences of the first passage, with their numbers
        Settings(llm_base_url=model.url, llm_model="scripted")
    with ScriptedModel(said("Haku alkaa tammikuussa. [1]"), status(500)) as model: ...   # one reply for each question

As a process: `python -m eval.scripted_model --port 8124 --pause 0.05`.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Annotated, Any

import typer

Reply = Callable[["Asked", "Line"], Awaitable[None]]
MOST_LINES = 3  # sentences of an honest answer
EVENT_STREAM = "text/event-stream"
_PASSAGE = re.compile(r'<passage number="(\d+)"[^>]*>(.*?)</passage>', re.DOTALL)
_PIECE = re.compile(r"(-|\*|\d+\.) ")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """All that the model was told."""
        return "\n\n".join(str(message["content"]) for message in self.body.get("messages", ()))

    @property
    def passages(self) -> dict[int, list[str]]:
        """The lines of each passage, by its number: `- ` before a sentence, `* ` an item, `1. ` a step."""
        last = str(self.body["messages"][-1]["content"]) if self.body.get("messages") else ""
        return {
            int(number): [line for line in text.splitlines() if _PIECE.match(line)]
            for number, text in _PASSAGE.findall(last)
        }


class Line:
    """The way back to the client: whole replies, pieces of a stream, or bare bytes."""

    def __init__(self, writer: asyncio.StreamWriter, streaming: bool) -> None:
        self._writer, self._streaming = writer, streaming
        self._text = ""
        self.kept_open = False  # whether the connection may carry another request

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def head(self, status: int = 200, *more: str, kind: str = EVENT_STREAM) -> None:
        lines = (f"HTTP/1.1 {status} Scripted", f"Content-Type: {kind}", *more)
        await self.send("\r\n".join((*lines, "", "")).encode())

    async def whole(self, status: int, body: bytes, *more: str, kind: str = "application/json") -> None:
        await self.head(status, f"Content-Length: {len(body)}", *more, kind=kind)
        await self.send(body)
        self.kept_open = True

    async def begin(self) -> None:
        """Headers and the first event of a stream."""
        if self._streaming:
            await self.head(200, "Transfer-Encoding: chunked")
            await self.event(chunk({"role": "assistant", "content": ""}))

    async def event(self, data: dict[str, Any] | str) -> None:
        """One server-sent event."""
        text = data if isinstance(data, str) else json.dumps(data)
        await self.part(f"data: {text}\n\n".encode())

    async def part(self, data: bytes) -> None:
        """One chunk of a chunked body."""
        await self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    async def say(self, text: str, pause: float = 0.0) -> None:
        """The text word by word, `pause` seconds between two words."""
        self._text += text
        for word in re.findall(r"\S+\s*|\s+", text) if self._streaming else ():
            await self.event(chunk({"content": word}))
            await asyncio.sleep(pause)

    async def end(self, reason: str = "stop") -> None:
        """The end of an honest reply; the connection stays open."""
        if not self._streaming:
            message = {"index": 0, "message": {"role": "assistant", "content": self._text}, "finish_reason": reason}
            body = {"id": "scripted", "object": "chat.completion", "created": 0, "model": "scripted"}
            await self.whole(200, json.dumps({**body, "choices": [message]}).encode())
            return
        await self.event(chunk({}, reason))
        await self.event("[DONE]")
        await self.send(b"0\r\n\r\n")
        self.kept_open = True


def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    """A `chat.completion.chunk`."""
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return {"id": "scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}


def said(*lines: str, pause: float = 0.0, reason: str = "stop") -> Reply:
    """These lines, whatever is asked."""

    async def reply(asked: Asked, line: Line) -> None:
        await line.begin()
        await line.say("\n".join(lines), pause)
        await line.end(reason)

    return reply


def honest(pause: float = 0.0, most: int = MOST_LINES) -> Reply:
    """The first sentences of the first passage, each with its number; NO_ANSWER without passages."""

    async def reply(asked: Asked, line: Line) -> None:
        await said(*(honest_lines(asked, most) or ["NO_ANSWER"]), pause=pause)(asked, line)

    return reply


def honest_lines(asked: Asked, most: int = MOST_LINES) -> list[str]:
    """The first lines of the first passage, and the rest of a list that they begin."""
    lines = asked.passages.get(1, [])
    while most < len(lines) and not lines[most].startswith("- "):
        most += 1
    return [f"{line.removeprefix('- ')} [1]" for line in lines[:most]]


def status(code: int, body: bytes = b'{"error": {"message": "scripted"}}', *headers: str) -> Reply:
    """An HTTP error."""

    async def reply(asked: Asked, line: Line) -> None:
        await line.whole(code, body, *headers)

    return reply


class ScriptedModel:
    """A server of its own thread on 127.0.0.1. Replies are taken from a queue; when it is empty, `then` replies."""

    def __init__(self, *replies: Reply, then: Reply | None = None, port: int = 0) -> None:
        self._replies = deque(replies)
        self._then = then or honest()
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="scripted-model")
        self._stop: asyncio.Event | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.received: list[Asked] = []
        self.connections = 0  # made so far
        self.open_connections = 0

    @property
    def url(self) -> str:
        """For `ESPOO_LLM_BASE_URL`."""
        return f"http://127.0.0.1:{self._port}/v1"

    def queue(self, *replies: Reply) -> None:
        """Put more replies into the queue."""
        self._replies.extend(replies)

    def always(self, reply: Reply) -> None:
        """Reply like this when the queue is empty."""
        self._then = reply

    def __enter__(self) -> ScriptedModel:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", self._port)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open_connections += 1
        try:
            while await self._request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self.open_connections -= 1
            with suppress(RuntimeError):  # the loop may be gone
                writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        asked = await _read(reader)
        line = Line(writer, streaming=bool(asked.body.get("stream")))
        if not asked.path.endswith("/chat/completions"):
            await line.whole(200, b'{"object": "list", "data": [{"id": "scripted", "object": "model"}]}')
            return True
        self.received.append(asked)
        reply = self._replies.popleft() if self._replies else self._then
        await _until_left(reader, reply(asked, line))
        return line.kept_open


async def _until_left(reader: asyncio.StreamReader, reply: Awaitable[None]) -> None:
    """Reply until done, or until the client closes its side."""
    replying = asyncio.ensure_future(reply)
    left = asyncio.ensure_future(_left(reader))
    try:
        await asyncio.wait({replying, left}, return_when=asyncio.FIRST_COMPLETED)
        if replying.done():
            replying.result()
        else:
            raise ConnectionError("the client left")
    finally:
        for task in (replying, left):
            task.cancel()
        await asyncio.gather(replying, left, return_exceptions=True)


async def _left(reader: asyncio.StreamReader) -> None:
    """Nothing is sent while a reply is awaited, so the end of the input is the client's leaving."""
    while not reader.at_eof():
        await asyncio.sleep(0.02)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in head[1:] if row)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(head[0].split(" ")[1], headers, json.loads(body) if body else {})


def main(
    port: Annotated[int, typer.Option(help="0: the system chooses.")] = 0,
    pause: Annotated[float, typer.Option(help="Seconds between two words.")] = 0.03,
    lines: Annotated[list[str] | None, typer.Option("--say", help="A line to say; repeatable.")] = None,
) -> None:
    """Serve until stopped."""
    with ScriptedModel(then=said(*lines, pause=pause) if lines else honest(pause), port=port) as model:
        sys.stdout.write(f"ESPOO_LLM_BASE_URL={model.url} ESPOO_LLM_MODEL=scripted\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    typer.run(main)
