"""The terms of `glossary.toml`: one thing in three languages, its other names, and words that are wrong for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain import LANGUAGES, Language
from app.errors import KnowledgeError
from app.knowledge.facts import read_toml, reasons
from app.lemmas import fold

FILE = "glossary.toml"
_Name = Field(min_length=1)


class Term(BaseModel):
    """`fi`, `sv` and `en` are what the authorities write; `also_*` mean the same; `avoid_*` are wrong, and `why`."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    fi: str = _Name
    sv: str = _Name
    en: str = _Name
    also_fi: tuple[str, ...] = ()
    also_sv: tuple[str, ...] = ()
    also_en: tuple[str, ...] = ()
    avoid_fi: tuple[str, ...] = ()
    avoid_sv: tuple[str, ...] = ()
    avoid_en: tuple[str, ...] = ()
    why: str = ""
    topics: tuple[str, ...] = ()
    source: str = ""

    def name(self, language: Language) -> str:
        return {"fi": self.fi, "sv": self.sv, "en": self.en}[language]

    def names(self, language: Language) -> tuple[str, ...]:
        """The term, then its other names."""
        return (self.name(language), *{"fi": self.also_fi, "sv": self.also_sv, "en": self.also_en}[language])

    def avoided(self, language: Language) -> tuple[str, ...]:
        return {"fi": self.avoid_fi, "sv": self.avoid_sv, "en": self.avoid_en}[language]


Glossary = Mapping[str, Term]


def load_glossary(folder: Path) -> Glossary:
    """The terms of `<folder>/glossary.toml` by key; none where there is no such file.

    Raises:
        KnowledgeError: the file or some of its terms do not fit; the message names them all.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    terms, wrong = {}, []
    for key, values in read_toml(path).items():
        try:
            terms[key] = _checked(key, values)
        except KnowledgeError as error:
            wrong.append(str(error))
    if wrong:
        raise KnowledgeError("; ".join(wrong))
    return terms


def double_words(glossary: Glossary) -> Iterator[tuple[Language, str]]:
    """What does not fit, as (language, what): a word that two terms claim, or a term that is to be avoided itself."""
    for language in LANGUAGES:
        owners: dict[str, dict[str, None]] = defaultdict(dict)  # keys in order, each once
        for key, term in glossary.items():
            for name in term.names(language):
                owners[fold(name)][key] = None
            if fold(term.name(language)) in map(fold, term.avoided(language)):
                yield language, f"“{term.name(language)}” is both the term {key} and avoided for it"
        for word, keys in owners.items():
            if len(keys) > 1:
                yield language, f"“{word}” belongs to {', '.join(keys)}"


def _checked(key: str, values: Any) -> Term:
    try:
        term = Term.model_validate(values)
    except ValidationError as error:
        raise KnowledgeError(f"{FILE}: {key}: {reasons(error)}") from None
    if any(term.avoided(language) for language in LANGUAGES) and not term.why:
        raise KnowledgeError(f"{FILE}: {key}: avoid_* needs a why")
    return term
