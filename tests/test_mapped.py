"""Arrays of an .npz that stay on the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.mapped import let_go, mapped


@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_is_what_numpy_reads(tmp_path: Path, order: str) -> None:
    file = tmp_path / "some.npz"
    rows = np.asarray(np.arange(60, dtype=np.int16).reshape(5, 12), order=order)  # type: ignore[call-overload]
    np.savez(file, scales=np.ones(3), rows=rows)
    assert np.array_equal(mapped(file, "rows"), rows)
    assert not mapped(file, "rows").flags.owndata


def test_what_is_packed_or_missing_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "packed.npz", rows=np.ones(3))
    with pytest.raises(ValueError, match=r"packed\.npz"):
        mapped(tmp_path / "packed.npz", "rows")
    with pytest.raises(KeyError):
        mapped(tmp_path / "packed.npz", "scales")


def test_what_is_let_go_can_be_read_again(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(200_000, dtype=np.float32))
    array = np.load(tmp_path / "a.npy", mmap_mode="r")
    before = float(array.sum())
    let_go(array)
    let_go(np.zeros(3))
    assert float(array.sum()) == before and array[7] == 7
