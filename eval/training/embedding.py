"""Makes the bundled trilingual embedding model again: `python -m eval train embedding`.

Corpus, vocabulary, teacher, student, export, scores: one file each beside this one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.table import TableEmbedder
from eval.training.corpus import Corpus, english_texts, read_corpus
from eval.training.export import export_model, megabytes, write_card
from eval.training.in_domain import Domain, with_domain
from eval.training.scores import speed, translation_scores
from eval.training.student import Lessons, Settings, steps_of, train_student
from eval.training.teacher import Teacher, load_minilm
from eval.training.vocabulary import frequencies, tokenize, train_tokenizer


def train_embedding(
    parallel: Path,
    out: Path,
    *,
    domain: Domain | None = None,
    steps: int | None = None,
    seed: int = 0,
    teacher: Teacher | None = None,
    settings: Settings | None = None,
    cache: Path | None = None,
) -> dict[str, float]:
    """Train on a folder of parallel text and write table, tokenizer, description and card to `out`.

    Args:
        parallel: `*.tsv.gz` with the columns source, fi, sv, en, and SOURCES.tsv.
        domain: the project's own knowledge and questions; without it the model learns to translate only.
        steps: batches to train on; by default ten epochs of the parallel text.
        teacher: English texts to unit vectors; by default all-MiniLM-L6-v2 of the extra `train`.
        cache: a folder for the default teacher's vectors, to go on with after a stop.

    Returns:
        Translation retrieval accuracy@1 of the written model and of the teacher on the held-out rows, both ways for
        each pair of languages, the size in MB (10^6 bytes), and milliseconds a query.
    """
    settings = settings or Settings()
    teacher = teacher or load_minilm(cache)
    general = read_corpus(parallel, seed)
    corpus = with_domain(general, domain) if domain else general
    tokenizer = train_tokenizer(corpus.samples, settings.vocabulary)
    tokens = tokenize(tokenizer, corpus.texts)
    steps = steps or steps_of(general.groups, settings)
    table = train_student(tokens, corpus.groups, _lessons(corpus, teacher), settings, steps, seed)
    share = frequencies(tokenizer, corpus.samples)
    export_model(out, tokenizer, table, share, settings, {"steps": steps, "seed": seed}, corpus)
    scores = _scores(corpus, TableEmbedder(out), teacher) | {"MB": megabytes(out)}
    write_card(out, parallel / "SOURCES.tsv", scores, steps)
    return scores


def _lessons(corpus: Corpus, teacher: Teacher) -> Lessons:
    english = english_texts(corpus)
    place = np.full(len(corpus.texts), -1, dtype=np.int64)
    place[english] = np.arange(len(english))
    return Lessons(teacher([corpus.texts[text] for text in english]).astype(np.float16), place)


def _scores(corpus: Corpus, model: TableEmbedder, teacher: Teacher) -> dict[str, float]:
    scores = {"held-out rows": float(len(corpus.held_out))}
    scores |= translation_scores(corpus.held_out, model.encode_documents)
    scores |= {f"teacher {name}": score for name, score in translation_scores(corpus.held_out, teacher).items()}
    return scores | speed(model, [row.en for row in corpus.held_out])
