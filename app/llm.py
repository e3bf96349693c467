"""The language model: any server that speaks OpenAI's protocol, through LangChain's `ChatOpenAI`."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

import httpx
import structlog
from pydantic import SecretStr

from app.errors import ModelFault

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk
    from langchain_openai import ChatOpenAI

CONNECT = 3.0  # seconds
MOST_BYTES = 400_000  # of one reply; an honest answer of 600 tokens has some 150,000 with its wrapping
MOST_TOKENS = 600
PLACES = 16  # connections
CLOSING = 2.0  # seconds

log = structlog.get_logger()


class LanguageModel:
    """One model on one server. Its connections belong to the event loop that uses them."""

    def __init__(self, base_url: str, model: str, api_key: str, timeout: float) -> None:
        """`timeout`: seconds between two signs of life of the server; the whole answer's limit is the caller's."""
        self.name = model
        self._base_url, self._api_key, self._timeout = base_url, api_key, timeout
        self._loop: asyncio.AbstractEventLoop | None = None
        self._chat: ChatOpenAI | None = None
        self._connections: httpx.AsyncClient | None = None
        _load()

    async def stream(self, system: str, user: str) -> AsyncGenerator[str, None]:
        """The model's text as it comes; it ends where the model said that it had ended.

        Raises:
            ModelFault: unreachable, an error, not the protocol, a tool call, or a stream that was cut.
        """
        reason = ""
        try:
            chunks = self._opened().astream([("system", system), ("human", user)])
            async with aclosing(cast("AsyncGenerator[AIMessageChunk, None]", chunks)):
                async for chunk in chunks:
                    if getattr(chunk, "tool_call_chunks", None):
                        raise ModelFault("tool_call")
                    reason = chunk.response_metadata.get("finish_reason") or reason
                    if isinstance(chunk.content, str) and chunk.content:
                        yield chunk.content
        except ModelFault:
            raise
        except Exception as error:  # whatever a broken server makes the libraries raise, people get their answer
            log.info("model_fault", error=type(error).__name__)
            raise ModelFault(_kind(error)) from error
        if reason != "stop":
            raise ModelFault("cut" if not reason else "ended_length" if reason == "length" else "ended_otherwise")

    def close(self) -> None:
        """Close the connections, if the loop that they belong to still runs; from any thread."""
        loop, connections, self._chat = self._loop, self._connections, None
        if loop is None or connections is None or not loop.is_running():
            return
        closing = asyncio.run_coroutine_threadsafe(connections.aclose(), loop)
        if not _runs_here(loop):
            closing.result(CLOSING)

    def _opened(self) -> ChatOpenAI:
        loop = asyncio.get_running_loop()
        if self._chat is None or self._loop is not loop:
            self._loop, self._connections = loop, _connections(self._timeout)
            self._chat = self._made(self._connections)
        return self._chat

    def _made(self, connections: httpx.AsyncClient) -> ChatOpenAI:
        from langchain_openai import ChatOpenAI  # here, as only this mode needs its 90 MB

        return ChatOpenAI(
            model=self.name,
            base_url=self._base_url,
            api_key=SecretStr(self._api_key or "none"),
            organization="",
            openai_proxy="",
            temperature=0.0,
            extra_body={"max_tokens": MOST_TOKENS},  # the name that every server knows
            max_retries=0,
            timeout=httpx.Timeout(self._timeout, connect=min(CONNECT, self._timeout)),
            stream_chunk_timeout=None,
            stream_usage=False,
            use_responses_api=False,
            http_client=httpx.Client(trust_env=False),
            http_async_client=connections,
        )


class _Bounded(httpx.AsyncHTTPTransport):
    """Refuses what an honest server does not send: compressed text that may unfold for ever, redirects, too much."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = await super().handle_async_request(request)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            await response.aclose()
            raise httpx.DecodingError("compressed", request=request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Counted(response.stream)
        return response


class _Counted(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for part in self._stream:
            part = part if seen else part.removeprefix(codecs.BOM_UTF8)  # it would hide the first event
            seen += len(part)
            if seen > MOST_BYTES:
                raise ModelFault("endless")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def _connections(timeout: float) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=PLACES, max_keepalive_connections=PLACES)
    return httpx.AsyncClient(
        transport=_Bounded(limits=limits, trust_env=False),
        timeout=httpx.Timeout(timeout, connect=min(CONNECT, timeout)),
        follow_redirects=False,
        trust_env=False,
    )


def _load() -> None:
    """Take the second that loading costs now. LangSmith would send prompts to its server if the environment said so."""
    import langchain_openai  # noqa: F401
    import langsmith

    langsmith.configure(enabled=False)


def _kind(error: Exception) -> str:
    """Few kinds, whatever the server sends: they are labels of a metric."""
    if status := getattr(error, "status_code", None):
        return f"status_{status}" if 400 <= status < 600 else "status_other"
    names = {cause.__name__ for cause in type(error).__mro__}
    if "APITimeoutError" in names or "TimeoutException" in names:
        return "timeout"
    return "unreachable" if "APIConnectionError" in names else "broken"


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False
