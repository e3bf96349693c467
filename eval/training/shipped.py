"""Reads the knowledge once, so that nobody's first ingest has to: `python -m eval train known`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from app.domain import Passage
from app.knowledge import load_facts, read_asked, read_topic_file
from app.known_questions import known_questions
from app.shipped_vectors import ShippedVectors, write_shipped
from app.table import MODEL_FILE, bundled_table, clean
from app.transformer import PASSAGES_FILE, QUESTIONS_FILE, TRANSFORMER, TransformerEmbedder
from ingest.split import split_document
from ingest.topics import make_topic_document


def write_known(knowledge: Path, folder: Path = TRANSFORMER) -> dict[str, float]:
    """The transformer's vectors of the topics' passages and known questions, beside it; return how many.

    What is there already and still stands in the knowledge is not read again.
    """
    model, digest = TransformerEmbedder(folder, bundled_table()), _digest(folder)
    passages = list(_passages(knowledge))
    asked = [question for path in sorted(knowledge.glob("*/asked.toml")) for question in read_asked(path)]
    texts = list(dict.fromkeys(clean([passage.embedded_text for passage in passages])))
    questions = list(dict.fromkeys(clean([question.text for question in known_questions(passages, asked)])))
    parts = ((PASSAGES_FILE, texts, model.encode_documents), (QUESTIONS_FILE, questions, model.encode_queries))
    for name, said, encode in parts:
        if not ShippedVectors(folder / name, digest).holds_exactly(said):  # else it would differ in its roundings
            write_shipped(folder / name, digest, said, encode(said))
    return {"passages": float(len(texts)), "questions": float(len(questions))}


def _digest(folder: Path) -> str:
    return str(json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))["digest"])


def _passages(knowledge: Path) -> Iterator[Passage]:
    facts = load_facts(knowledge)
    for path in sorted(knowledge.glob("*/??.md")):
        yield from split_document(make_topic_document(path.name, knowledge.name, read_topic_file(path, facts)))
