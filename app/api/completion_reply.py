"""An answer as the chat completion of OpenAI's protocol. Chat clients show text alone, so the sources stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.api.completion_request import MODEL
from app.domain import HINTING, Answer
from app.texts import contact_line, source_line, text
from app.wire import Json, answer_to_dict

_MARKER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Completion:
    """What the whole object and the chunks of a stream have in common. `created` is in seconds since 1970."""

    id: str
    created: int
    prompt: str

    def whole(self, answer: Answer) -> Json:
        content = content_of(answer)
        message = {"role": "assistant", "content": content, "refusal": None, "annotations": url_citations(answer)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self._object("chat.completion", [choice], usage=self.usage(content), hello_espoo=answer_to_dict(answer))

    def chunk(self, delta: Json, finish_reason: str | None = None, **more: object) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._object("chat.completion.chunk", [choice], **more)

    def usage_chunk(self, answer: Answer) -> Json:
        return self._object("chat.completion.chunk", [], usage=self.usage(content_of(answer)))

    def usage(self, content: str) -> Json:
        """Words, as no tokenizer is involved that a client could know."""
        asked, said = len(self.prompt.split()), len(content.split())
        return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}

    def _object(self, kind: str, choices: list[Json], **more: object) -> Json:
        same = {"id": f"chatcmpl-{self.id}", "object": kind, "created": self.created, "model": MODEL}
        return same | {"choices": choices} | more


def content_of(answer: Answer) -> str:
    """The answer's text; then what one must know of it, what else to ask, its sources, and who helps."""
    language = answer.language
    near = answer.status in HINTING
    sources = "answer.may_help" if near else "completions.sources"
    suggestions = "widget.meant" if near else "completions.suggestions"
    blocks = [
        answer.text,
        "\n".join(text("completions.notice", language, text=notice.text) for notice in answer.notices),
        _list(text("completions.choices", language), answer.choices),
        _list(text(suggestions, language), answer.suggestions),
        _list(text(sources, language), _source_lines(answer)),
        text("answer.contact", language, name=contact_line(answer.hand_off, language)) if answer.hand_off else "",
    ]
    return "\n\n".join(block for block in blocks if block)


def url_citations(answer: Answer) -> list[Json]:
    """A `url_citation` for each marker in the text; for a source without one, its line in the list of sources.

    `content[start_index:end_index]` is the marker or the line, counted in Unicode code points.
    """
    places = [(int(match[1]), match.span()) for match in _MARKER.finditer(answer.text)]
    marked = {number for number, _ in places}
    content = content_of(answer)
    for number, line in zip((c.number for c in answer.citations), _source_lines(answer), strict=True):
        if number not in marked:
            start = content.index(line, len(answer.text))
            places.append((number, (start, start + len(line))))
    sources = {citation.number: citation.source for citation in answer.citations if citation.source.url}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": start,
                "end_index": end,
                "title": sources[number].title,
                "url": sources[number].url,
            },
        }
        for number, (start, end) in places
        if number in sources
    ]


def pieces(answer: Answer, shown: str) -> Iterator[str]:
    """The content after what was already shown, cut where a sentence begins and where the text ends."""
    content = content_of(answer)
    cuts, at = [len(shown)], len(shown)
    for sentence in answer.sentences:
        found = content.find(sentence.text, at, len(answer.text))
        if found >= 0:
            cuts.append(found)
            at = found + len(sentence.text)
    yield from (content[start:end] for start, end in pairwise([*cuts, len(answer.text), len(content)]) if start < end)


def _source_lines(answer: Answer) -> list[str]:
    """The address stands last and alone, so that every client makes a working link of it."""
    return [
        f"[{citation.number}] {source_line(citation.source, answer.language)} {citation.source.url}".rstrip()
        for citation in answer.citations
    ]


def _list(heading: str, lines: list[str] | tuple[str, ...]) -> str:
    """In Markdown, which most chat clients read and which reads well as it is."""
    return "\n".join([heading, "", *(f"- {line}" for line in lines)]) if lines else ""
