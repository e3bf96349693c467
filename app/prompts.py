"""The prompt files of `prompts/`, and how passages are shown to a language model: as data, never as instructions."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from app.domain import Language, Passage

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"
# Orders to a language model. No official text has them; one that does was tampered with.
_ORDERS = re.compile(
    r"(?:ignore|disregard|forget) (?:all |any |the )*(?:previous|earlier|above|prior|preceding)|system prompt"
    r"|^\W*(?:system|assistant) ?:|(?:ignoroi|unohda) (?:kaikki )?(?:aiemmat|edelliset|yllä)"
    r"|järjestelmäkehot|ignorera (?:alla )?(?:tidigare|föregående)|glöm (?:alla )?(?:tidigare|föregående)|systemprompt",
    re.IGNORECASE,
)
_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "`": "'", "|": "/"})


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file. `digest` is over the whole file: answers made with the same digest had the same prompt."""

    name: str
    version: int
    languages: dict[Language, str]
    remind: dict[Language, str]
    text: str
    digest: str

    def system(self, language: Language) -> str:
        return self.text.replace("{language}", self.languages[language])

    def user(self, question: str, earlier: Sequence[str], passages: Sequence[Passage], language: Language) -> str:
        """The passages with their numbers, the questions before, the question, and once more the language."""
        before = [f"<earlier_question>{as_data(text)}</earlier_question>" for text in earlier]
        shown = [_shown(number, passage) for number, passage in enumerate(passages, start=1)]
        asked = f"<question>{as_data(question)}</question>"
        return "\n\n".join((*shown, *before, asked, self.remind[language]))


@cache
def load_prompt(name: str, folder: Path = PROMPTS) -> Prompt:
    raw = (folder / f"{name}.md").read_text(encoding="utf-8")
    _, front, text = raw.split("---\n", 2)
    fields = yaml.safe_load(front)
    digest = hashlib.sha256(raw.encode()).hexdigest()[:12]
    return Prompt(fields["name"], fields["version"], fields["languages"], fields["remind"], text.strip(), digest)


def as_data(text: str) -> str:
    """On one line, without what cannot be seen, and without the signs that part the prompt.

    Unicode's tag letters, marks of direction and zero-width signs can carry orders that no reader of the page sees.
    """
    seen = "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Co", "Cn", "Cs"))
    readable = "".join(char if char.isprintable() else " " for char in seen)
    return re.sub(r"\s+", " ", readable.translate(_LOOKALIKES)).strip()


def gives_orders(passage: Passage) -> bool:
    """Whether a passage speaks to language models in place of people."""
    return any(_ORDERS.search(as_data(text)) for text in (*passage.headings, *(piece.text for piece in passage.pieces)))


def _shown(number: int, passage: Passage) -> str:
    above = " / ".join(as_data(part) for part in (passage.title, *passage.headings))
    return f'<passage number="{number}" language="{passage.language}">\nTitle: {above}\n{_lines(passage)}\n</passage>'


def _lines(passage: Passage) -> str:
    """One piece a line: `- ` a sentence, `* ` an item of a list, `1. ` a step."""
    lines, step = [], 0
    for piece in passage.pieces:
        step = step + 1 if piece.kind == "step" else 0
        lines.append({"text": "- ", "item": "* ", "step": f"{step}. "}[piece.kind] + as_data(piece.text))
    return "\n".join(lines)
