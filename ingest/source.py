"""Sources: folders of documents, and the files in them that may be read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import DocumentError, IngestError

SUFFIXES = (".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx")
LARGEST = 20 * 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Source:
    """A folder, named as itself. `is_knowledge`: its pages follow knowledge/README.md."""

    name: str
    folder: Path
    is_knowledge: bool

    def document_id(self, path: Path) -> str:
        return f"{self.name}/{path.relative_to(self.folder).as_posix()}"

    def files(self) -> Iterator[Path]:
        """Its documents' paths, in a stable order. A link is listed, and judged when it is read."""
        for root, folders, names in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
            here = Path(root)
            yield from (here / name for name in folders if (here / name).is_symlink())
            yield from (here / name for name in sorted(names) if self._is_document(here / name))

    def read(self, path: Path) -> bytes:
        """A file's bytes.

        Raises:
            DocumentError: it lies outside the folder, is empty, too large or cannot be read.
        """
        try:
            if not path.resolve(strict=True).is_relative_to(self.folder.resolve()):
                raise DocumentError("is a link out of the folder")
            if path.is_dir():
                raise DocumentError("is a link to a folder")
            if (size := path.stat().st_size) > LARGEST:
                raise DocumentError(f"too large: {size / 2**20:.0f} MB, at most {LARGEST // 2**20} MB")
            data = path.read_bytes()
        except (OSError, RuntimeError) as error:
            raise DocumentError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
        if not data.strip():
            raise DocumentError("empty")
        return data

    def _is_document(self, path: Path) -> bool:
        if path.name.startswith((".", "~$")) or path.suffix.lower() not in SUFFIXES:
            return False
        if self.is_knowledge and path.parent == self.folder:
            return False  # README.md and the like explain the folder
        return path.is_symlink() or path.is_file()


def find_sources(folders: Sequence[Path]) -> list[Source]:
    """The sources of a run.

    Raises:
        IngestError: a folder is missing, or two have the same name.
    """
    sources: dict[str, Source] = {}
    for given in folders:
        folder = given.resolve()
        if not folder.is_dir():
            raise IngestError(f"There is no folder {given}.")
        if folder.name in sources and sources[folder.name].folder != folder:
            raise IngestError(f"Two folders have the name {folder.name}: {sources[folder.name].folder} and {folder}.")
        sources[folder.name] = Source(folder.name, folder, _is_knowledge(folder))
    return list(sources.values())


def _is_knowledge(folder: Path) -> bool:
    if (folder / "facts.toml").exists():
        return True
    pages = sorted(path for path in folder.glob("*/*.md") if path.stem in ("fi", "sv", "en"))
    return any("\ntopic:" in page.read_text(encoding="utf-8", errors="replace")[:2000] for page in pages[:3])
