"""Embedding models side by side: the bundled one, a tiny one made here, and some that cannot be used."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from typer.testing import CliRunner

from app.embedding import load_embedder
from app.errors import EspooError
from app.lexical import load_analyser
from app.scorer import FEATURES, SCORER_FILE, SIGNS, Network, plain_network
from app.settings import Settings
from app.table import BUNDLED
from eval.__main__ import cli
from eval.cases import Case
from eval.models import MEASURES, Model, measure_model
from eval.retrieval_commands import ADAPT, models_table

DIMENSIONS = 16


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A direction by chance for each word piece: it knows words, no meaning."""
    tokenizer = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))
    shape = (tokenizer.get_vocab_size(), DIMENSIONS)
    weights = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(str(folder))
    return str(folder)


def test_two_models_are_measured_alike(small_settings: Settings, small_cases: list[Case], tiny: str) -> None:
    bundled, other = (measure_model(small_settings, small_cases, name) for name in ("", tiny))
    assert (bundled.name, bundled.dimensions) == ("espoo-transformer-1", load_embedder().dimensions)
    assert (other.name, other.dimensions, other.learned, other.problem) == (tiny, DIMENSIONS, False, "")
    for model in (bundled, other):
        assert set(model.figures) == {*MEASURES, "p50_ms", "p95_ms"}
        assert (model.figures["recall@1"].n, model.figures["wrong_answer"].n, model.figures["p50_ms"].n) == (12, 3, 15)
        assert model.figures["recall@1"].value == 1.0  # the questions are the headings
        assert 0 < model.figures["p50_ms"].value <= model.figures["p95_ms"].value
        assert model.ingest_seconds > 0
    assert not small_settings.data_dir.exists()  # nothing is served from what was made


def test_a_scorer_that_fits_the_model_serves(small_settings: Settings, small_cases: list[Case], tiny: str) -> None:
    ranking, answering = (_network(len(names)) for names in (FEATURES, SIGNS))
    told = {
        "embedding_digest": load_embedder(tiny).digest,
        "analyser_digest": load_analyser().digest,
        "features": FEATURES,
        "signs": SIGNS,
        "threshold": 0.5,
        "ranking": plain_network(ranking),
        "listed": plain_network(answering),
        "unlisted": plain_network(answering),
    }
    small_settings.data_dir.mkdir()
    (small_settings.data_dir / SCORER_FILE).write_text(json.dumps(told), encoding="utf-8")
    assert measure_model(small_settings, small_cases[:1], tiny).learned


def test_a_model_that_cannot_be_loaded_is_a_line(small_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "modules.json").write_text("{", encoding="utf-8")
    for name, reason in (("none", "there is no such folder"), ("broken", "cannot be loaded")):
        model = measure_model(small_settings, [], str(tmp_path / name))
        assert (model.name, model.figures) == (str(tmp_path / name), {})
        assert reason in model.problem and "\n" not in model.problem


def test_knowledge_that_cannot_be_read_is_no_models_fault(small_settings: Settings, tmp_path: Path) -> None:
    empty = small_settings.model_copy(update={"knowledge_dir": tmp_path / "none"})
    with pytest.raises(EspooError, match="none"):
        measure_model(empty, [])


def test_the_table_has_a_line_for_each(small_settings: Settings, small_cases: list[Case]) -> None:
    good = measure_model(small_settings, small_cases)
    out = StringIO()
    table = models_table([good, replace(good, learned=True), Model("[far]/away", problem="not there")], 15)
    Console(file=out, width=100).print(table)
    lines = [line for line in out.getvalue().splitlines() if line.strip()]
    assert [line.split()[-1] for line in lines[-3:]] == [
        "learned" if good.learned else "defaults",
        "learned",
        "[far]/away",
    ]
    assert "…" not in out.getvalue() and "1.000" in lines[-3]


def test_the_command_tells_how_to_adapt_and_stops_where_nothing_can_be_read(tmp_path: Path) -> None:
    assert "python -m eval train scorer calibration" in ADAPT
    failed = CliRunner().invoke(cli, ["models", "any"], env={"ESPOO_KNOWLEDGE_DIR": str(tmp_path / "none")})
    assert (failed.exit_code, failed.exception.__class__) == (2, SystemExit)
    assert CliRunner().invoke(cli, ["models"]).exit_code == 2


def _network(inputs: int) -> Network:
    """All its inputs count alike."""
    one = np.ones(inputs, dtype=np.float32)
    unit = np.zeros((1, 1), dtype=np.float32)
    return Network(0 * one, one, np.zeros((1, inputs, 1), dtype=np.float32), unit, unit, one, 0.0)
