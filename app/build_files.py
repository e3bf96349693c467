"""The files of a build: passages, documents, vectors, lexical indexes, manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from app.builds import DocumentRecord, Manifest, write_manifest
from app.domain import LANGUAGES, Language, Passage
from app.errors import BuildError
from app.knowledge import AskedQuestion
from app.known_questions import known_questions
from app.lexical import LexicalIndex
from app.passage_words import PassageWords, no_words, write_words
from app.terms import Names

FloatArray = npt.NDArray[np.float32]

_PASSAGE = TypeAdapter(Passage)
_RECORD = TypeAdapter(DocumentRecord)
_ASKED = TypeAdapter(AskedQuestion)
_NAMES = TypeAdapter(dict[str, dict[Language, tuple[str, ...]]])


@dataclass(frozen=True)
class Content:
    """Everything that goes into a build; vectors are of length 1, in the order of what they are of.

    `vectors` (passages, d) and `known_vectors` (known questions, d) are by the embedding model; `table_vectors`
    (passages, t) and `asked_vectors` (asked, t) by the word table; those of questions are kept in two bytes
    a number. `terms` is the glossary: a term's names by language.
    """

    passages: Sequence[Passage]
    vectors: FloatArray
    lexical: Mapping[Language, LexicalIndex]
    documents: Sequence[DocumentRecord]
    embedding_model: str
    embedding_digest: str
    analyser_digest: str
    asked: Sequence[AskedQuestion] = ()
    asked_vectors: FloatArray | None = None
    table_vectors: FloatArray | None = None
    known_vectors: FloatArray | None = None
    terms: Names = field(default_factory=dict)
    words: PassageWords | None = None


def make_manifest(build_id: str, content: Content) -> Manifest:
    sources: dict[str, int] = {}
    for record in content.documents:
        sources[record.source] = sources.get(record.source, 0) + 1
    return Manifest(
        id=build_id,
        made_at=datetime.now(UTC).replace(microsecond=0),
        embedding_model=content.embedding_model,
        embedding_digest=content.embedding_digest,
        dimensions=int(content.vectors.shape[1]),
        analyser_digest=content.analyser_digest,
        counts={code: sum(p.language == code for p in content.passages) for code in LANGUAGES},
        documents=len(content.documents),
        sources=sources,
        latest_as_of=max((p.as_of for p in content.passages if p.as_of), default=None),
    )


def write_files(folder: Path, content: Content, manifest: Manifest) -> None:
    (folder / "passages.jsonl").write_bytes(b"\n".join(map(_PASSAGE.dump_json, content.passages)))
    (folder / "documents.jsonl").write_bytes(b"\n".join(map(_RECORD.dump_json, content.documents)))
    np.save(folder / "vectors.npy", np.ascontiguousarray(content.vectors, dtype=np.float32))
    (folder / "asked.jsonl").write_bytes(b"\n".join(map(_ASKED.dump_json, content.asked)))
    table = content.vectors if content.table_vectors is None else content.table_vectors
    np.save(folder / "table.npy", np.ascontiguousarray(table, dtype=np.float32))
    asked = np.zeros((0, table.shape[1])) if content.asked_vectors is None else content.asked_vectors
    known = len(known_questions(content.passages, content.asked))
    write_words(folder, content.words or no_words(len(content.passages) + known, table.shape[1]))
    np.save(folder / "asked.npy", np.ascontiguousarray(asked, dtype=np.float16))
    nothing = np.zeros((known, content.vectors.shape[1]))
    read = nothing if content.known_vectors is None else content.known_vectors
    np.save(folder / "known.npy", np.ascontiguousarray(read, dtype=np.float16))
    (folder / "terms.json").write_bytes(_NAMES.dump_json(_plain(content.terms)))
    for code in LANGUAGES:
        content.lexical[code].save(folder / "lexical" / code)
    write_manifest(folder, manifest)


def read_passages(folder: Path) -> tuple[Passage, ...]:
    return tuple(_read_lines(folder / "passages.jsonl", _PASSAGE))


def read_documents(folder: Path) -> list[DocumentRecord]:
    return _read_lines(folder / "documents.jsonl", _RECORD)


def read_vectors(folder: Path, name: str = "vectors") -> FloatArray:
    vectors: FloatArray = np.load(folder / f"{name}.npy", mmap_mode="r")
    return vectors


def read_asked_questions(folder: Path) -> tuple[AskedQuestion, ...]:
    return tuple(_read_lines(folder / "asked.jsonl", _ASKED))


def read_terms(folder: Path) -> Names:
    names: Names = _NAMES.validate_json((folder / "terms.json").read_bytes())
    return names


def _plain(terms: Names) -> dict[str, dict[Language, tuple[str, ...]]]:
    return {key: {code: tuple(written) for code, written in names.items()} for key, names in terms.items()}


def _read_lines(path: Path, kind: TypeAdapter[Any]) -> list[Any]:
    try:
        return [kind.validate_json(line) for line in path.read_bytes().split(b"\n") if line]
    except (OSError, ValidationError) as error:
        raise BuildError(f"{path.parent.name}/{path.name} cannot be read ({type(error).__name__}).") from None
