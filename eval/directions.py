"""How well a question in one language finds the section that answers where the pages are in one language alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.domain import LANGUAGES, Language
from app.errors import EspooError
from app.settings import Settings
from eval.cases import Case
from eval.measures.ranking import ranking
from eval.run import LOOKS, ask_all, configuration, note_look
from eval.score import Scores, by_language, figures
from eval.trial import trial

BUILD = "three of one language each (eval directions)"


@dataclass(frozen=True, slots=True)
class Directions:
    """`scores`: measure → direction (question → page) → figure."""

    configuration: dict[str, Any]
    scores: Scores


def directions(settings: Settings, cases: Sequence[Case], looks: Path = LOOKS) -> Directions:
    """Recall@1, recall@5 and MRR of the nine directions, over the answerable cases with gold sections.

    Cases of the test part are one look, written down in `looks`.

    Raises:
        EspooError: there is nothing to ask, or no build can be made.
    """
    asked = [case for case in cases if case.expected == "answered" and case.gold]
    if not asked:
        raise EspooError("None of the cases names sections that answer it, so there is nothing to look for.")
    told: dict[str, Any] = {}
    slices: dict[str, dict[str, dict[str, float]]] = {}
    for page in LANGUAGES:
        with pages_of(page, settings.knowledge_dir) as knowledge, trial(settings, knowledge) as one:
            told = configuration(one.assistant, asked) | {"build": BUILD}
            records = by_language(ask_all(one.assistant, asked))
        slices |= {direction(language, page): ranking(records[language]) for language in LANGUAGES}
    note_look(told, looks)
    return Directions(told, figures(slices))


def direction(question: Language, page: Language) -> str:
    return f"{question}→{page}"


@contextmanager
def pages_of(language: Language, source: Path) -> Iterator[Path]:
    """The knowledge folder with the pages of one language and without asked.toml; gone afterwards.

    The glossary stays: it is the service's own way from one language to another, and no page.
    """
    with TemporaryDirectory(prefix="espoo-pages-") as folder:
        target = Path(folder) / "knowledge"
        target.mkdir()
        for file in source.glob("*.toml"):
            shutil.copy(file, target)
        for page in source.glob(f"*/{language}.md"):
            (target / page.parent.name).mkdir()
            shutil.copy(page, target / page.parent.name)
        yield target
