"""Sources: folders of documents, and the files in them that may be read."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain import LANGUAGES
from app.errors import DocumentError, IngestError

MARKDOWN = (".md", ".markdown")
SUFFIXES = (*MARKDOWN, ".txt", ".html", ".htm", ".pdf", ".docx")
LARGEST = 20 * 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Source:
    """A folder, named as itself. `is_knowledge`: its pages follow knowledge/README.md."""

    name: str
    folder: Path
    is_knowledge: bool

    def document_id(self, path: Path) -> str:
        """On one line and in NFC, whatever the file system's names are made of."""
        name = os.fsencode(f"{self.name}/{path.relative_to(self.folder).as_posix()}").decode("utf-8", "replace")
        return "".join(letter if letter.isprintable() else "\ufffd" for letter in unicodedata.normalize("NFC", name))

    def files(self) -> Iterator[Path]:
        """Its documents' paths, in a stable order, with the links, pipes and unlistable folders that `read` refuses."""
        unlisted: list[Path] = []
        for root, folders, names in os.walk(self.folder, onerror=lambda error: unlisted.append(Path(error.filename))):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
            here = Path(root)
            yield from (here / name for name in folders if _is_link(here / name))
            yield from (here / name for name in sorted(names) if self._is_document(here / name))
        yield from unlisted

    def read(self, path: Path) -> bytes:
        """A file's bytes.

        Raises:
            DocumentError: it lies outside the folder, is empty, too large or cannot be read.
        """
        try:
            if not path.resolve(strict=True).is_relative_to(self.folder.resolve()):
                raise DocumentError("is a link out of the folder")
            if path.is_dir():
                raise DocumentError(
                    "is a link to a folder" if path.is_symlink() else "is a folder that cannot be listed"
                )
            if not path.is_file():
                raise DocumentError("is no file but a pipe, a socket or a device")
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
            if len(data) > LARGEST:
                raise DocumentError(f"too large: {path.stat().st_size / 2**20:.0f} MB, at most {LARGEST // 2**20} MB")
        except (OSError, RuntimeError) as error:
            raise DocumentError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
        if not data.strip():
            raise DocumentError("empty")
        return data

    def _is_document(self, path: Path) -> bool:
        if path.name.startswith((".", "~$")) or path.suffix.lower() not in SUFFIXES:
            return False
        return not (self.is_knowledge and path.parent == self.folder)  # README.md and the like explain the folder


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


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:  # a path longer than the system takes: os.walk tells of it
        return False


def _is_knowledge(folder: Path) -> bool:
    if (folder / "facts.toml").exists():
        return True
    pages = sorted(path for path in folder.glob("*/*.md") if path.stem in LANGUAGES and path.is_file())
    return any("\ntopic:" in page.read_text(encoding="utf-8", errors="replace")[:2000] for page in pages[:3])
