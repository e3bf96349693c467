"""Vectors that come with a model: found by their texts, and never taken for another model's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.shipped_vectors import ShippedVectors, write_shipped

TEXTS = ["päiväkoti", "dagis", "daycare", "skatt", "\udc80", ""]
VECTORS = np.eye(len(TEXTS), 8, dtype=np.float32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shipped.npy"
    write_shipped(path, "model", TEXTS, VECTORS)
    return path


def test_each_text_has_its_own(file: Path) -> None:
    shipped = ShippedVectors(file, "model")
    for text, vector in zip(TEXTS, VECTORS, strict=True):
        found = shipped.find(text)
        assert found is not None and found.dtype == np.float32
        assert np.allclose(found, vector, atol=1e-6)
    assert shipped.find("daycare?") is None
    assert shipped.holds_exactly(TEXTS[::-1])
    assert not shipped.holds_exactly(TEXTS[1:]) and not shipped.holds_exactly([*TEXTS[1:], "daycare?"])


def test_another_model_finds_nothing(file: Path) -> None:
    assert all(ShippedVectors(file, "another").find(text) is None for text in TEXTS)


def test_who_has_it_open_goes_on_with_the_old_one(file: Path) -> None:
    opened = ShippedVectors(file, "model")
    write_shipped(file, "model", TEXTS[::-1][:3], 2 * VECTORS[:3])
    found = opened.find("daycare")
    assert found is not None and np.allclose(found, VECTORS[2], atol=1e-6)
    again = ShippedVectors(file, "model").find("daycare")
    assert again is None, "it was left out of the new file"


def test_a_missing_file_knows_nothing(tmp_path: Path) -> None:
    assert ShippedVectors(tmp_path / "shipped.npy", "model").find("daycare") is None


@pytest.mark.parametrize("size", [0, 5, 100, 130, 200])
def test_a_torn_file_knows_nothing(file: Path, size: int) -> None:
    file.write_bytes(file.read_bytes()[:size])
    assert ShippedVectors(file, "model").find("daycare") is None


@pytest.mark.parametrize(
    "other", [np.zeros(3), np.zeros((2, 2)), np.zeros(0), np.zeros(4, dtype=[("row", "i1", (8,))])]
)
def test_an_array_of_another_form_knows_nothing(tmp_path: Path, other: np.ndarray) -> None:  # type: ignore[type-arg]
    np.save(tmp_path / "shipped.npy", other)
    assert ShippedVectors(tmp_path / "shipped.npy", "model").find("daycare") is None
