"""Plain lines: decoding, cleaning, and joining what was wrapped."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Sequence

from app.errors import DocumentError

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_OPEN_END = 500  # characters
_SENTENCE_END = re.compile(r"[.!?:;…][\"”’')\]]*$")


def decode(data: bytes) -> str:
    """A text file's characters, with plain line ends.

    Raises:
        DocumentError: it is not UTF-8. Nothing is guessed: a wrong guess would be quoted to people.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return clean(_strictly(data, "utf-16"))
    return clean(_strictly(data, "utf-8-sig"))


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(f"wrong encoding: not {encoding.upper()} (byte {error.start}); save it as UTF-8") from None
    if "\x00" in text:
        raise DocumentError("wrong encoding: holds NUL characters, so it is no text")
    return text


def clean(text: str) -> str:
    """Plain line ends, no invisible or control characters, NFC."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", _INVISIBLE.sub("", text)))


def join(first: str, second: str) -> str:
    """Two lines of one paragraph. A word broken at the line's end is healed, a real hyphen is kept.

    `second` keeps its leading space where the file has one ("seura-" + " ja").
    """
    spaced = second[:1].isspace()
    left, right = first.rstrip(), second.strip()
    if not left or not right:
        return left or right
    if left.endswith("-") and not spaced and not first[-1].isspace() and right[0].islower():
        return left[:-1] + right if _is_broken(left, right) else left + right
    if left.endswith("-") and right[0].isalpha() and left[-2:-1].isspace():
        return left + right  # "(S2) -" + "opetuksessa"
    return f"{left} {right}"


def join_all(lines: Sequence[str]) -> str:
    """All lines of one paragraph, with plain spaces."""
    done: list[str] = []
    open_end = lines[0]
    for line in lines[1:]:
        open_end = join(open_end, line)
        head, space, tail = open_end.rpartition(" ")
        if space and len(open_end) > _OPEN_END:  # only the end matters to the next line
            done.append(head)
            open_end = tail
    return " ".join(" ".join([*done, open_end]).split())


def ends_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text.rstrip()[-10:]))


def _is_broken(left: str, right: str) -> bool:
    word = re.split(r"\s", left[-60:-1])[-1]
    return len(word) >= 3 and word[-1].islower() and not re.search(r"\d", word) and word[-1] != right[0]
