"""Arrays that stay on the disk but for the rows that are looked at."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

# Of a member's own header: fixed bytes, and where in them the lengths of its name and of its extra field stand.
_HEADER, _LENGTHS = 30, slice(26, 30)


def mapped(file: Path, name: str) -> NDArray[Any]:
    """An array of an .npz, which NumPy itself reads into memory as a whole.

    Raises:
        KeyError: there is no such array.
        ValueError: the file packs its arrays, or is of a newer version.
    """
    with ZipFile(file) as archive:
        info = archive.getinfo(f"{name}.npy")
        if info.compress_type != ZIP_STORED:
            raise ValueError(f"{file} packs its arrays; write it with numpy.savez.")
        with archive.open(info) as member:
            if npy.read_magic(member) != (1, 0):
                raise ValueError(f"{file}: {name} is of an unknown version.")
            shape, fortran, dtype = npy.read_array_header_1_0(member)
            before = member.tell()
    with file.open("rb") as raw:
        raw.seek(info.header_offset)
        lengths = struct.unpack("<HH", raw.read(_HEADER)[_LENGTHS])
    start = info.header_offset + _HEADER + sum(lengths) + before
    return np.asarray(np.memmap(file, dtype, "r", start, shape, "F" if fortran else "C"))


def let_go(array: NDArray[Any]) -> None:
    """What was read of a mapped file leaves the process's memory. The system keeps it at hand as long as it has room:
    a page that is read again costs a quarter of a microsecond. Nothing for an array that is no mapped file.
    """
    file = getattr(array, "_mmap", None)
    if isinstance(file, mmap.mmap):
        file.madvise(mmap.MADV_DONTNEED)
