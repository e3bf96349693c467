"""Where builds live: their manifests, the pointer to the served one, and what is kept of the older ones.

`<builds>/<id>/` is an immutable build, `<builds>/<id>.tmp/` one that is being written, `<builds>/current` the pointer:
a small file with the served build's id, replaced atomically.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from app.domain import Language
from app.errors import BuildError

FORMAT = 4
POINTER = "current"
UNFINISHED = ".tmp"
KEPT_BUILDS = 3
KEPT_FOR = timedelta(hours=1)

_ID = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build is made of, and by which model and analyser. `counts` is passages per language."""

    id: str
    made_at: datetime
    embedding_model: str
    embedding_digest: str
    dimensions: int
    analyser_digest: str
    counts: dict[Language, int]
    documents: int
    sources: dict[str, int] = field(default_factory=dict)
    latest_as_of: date | None = None
    format: int = FORMAT

    @property
    def passages(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One document of a build. `digest` is over everything that its passages say and carry."""

    id: str
    source: str
    title: str
    digest: str
    passages: int
    as_of: date | None = None


_MANIFEST = TypeAdapter(Manifest)


def new_build_id(now: datetime | None = None, after: Sequence[str] = ()) -> str:
    """Sorts by time, and after the builds that there are, even where the clock was moved back.

    The random end keeps two machines apart that share a Chroma server.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    if after:
        moment = max(moment, _made_at(max(after)) + timedelta(microseconds=1))
    return f"{moment:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(3)}"


def current_build_id(builds_dir: Path) -> str | None:
    """The served build's id, or None where nothing was built yet. One small read: fit for watching.

    Raises:
        BuildError: the pointer cannot be read or holds no build id.
    """
    try:
        name = (builds_dir / POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"The pointer {builds_dir / POINTER} cannot be read: {error}") from None
    if not _ID.fullmatch(name):
        raise BuildError(f"The pointer {builds_dir / POINTER} is broken. Run `python -m ingest run`.")
    return name


def point_to(builds_dir: Path, build_id: str) -> None:
    """Switch the served build, atomically and durably."""
    fresh = builds_dir / f"{POINTER}.{os.getpid()}{UNFINISHED}"
    with fresh.open("w", encoding="ascii") as file:
        file.write(build_id + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(builds_dir / POINTER)
    sync_folder(builds_dir)


def read_manifest(folder: Path) -> Manifest:
    """Raises:
    BuildError: the manifest is missing, damaged, or of another format.
    """
    try:
        manifest = _MANIFEST.validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise BuildError(f"The build {folder.name} has no readable manifest ({type(error).__name__}).") from None
    if manifest.format != FORMAT:
        raise BuildError(f"The build {folder.name} has format {manifest.format}, this version reads {FORMAT}.")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / "manifest.json").write_bytes(_MANIFEST.dump_json(manifest, indent=2))


def finished_builds(builds_dir: Path) -> list[str]:
    """The ids of all finished builds, oldest first."""
    if not builds_dir.is_dir():
        return []
    return sorted(entry.name for entry in builds_dir.iterdir() if _ID.fullmatch(entry.name) and entry.is_dir())


def builds_before(builds_dir: Path, build_id: str) -> list[str]:
    """The builds that `rollback` may go to, newest first."""
    return [name for name in reversed(finished_builds(builds_dir)) if name < build_id]


def remove_leftovers(builds_dir: Path) -> list[str]:
    """Delete what a killed run left behind; the ids of its half builds. Only under the ingest's lock."""
    half = [entry for entry in builds_dir.glob(f"*{UNFINISHED}") if not entry.is_symlink()]
    for entry in half:
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
    return [name for entry in half if _ID.fullmatch(name := entry.name.removesuffix(UNFINISHED))]


def prune(builds_dir: Path, now: datetime | None = None) -> list[str]:
    """Delete old builds: the served one, the last three and any younger than an hour stay."""
    names = finished_builds(builds_dir)
    edge = (now or datetime.now(UTC)) - KEPT_FOR
    served = current_build_id(builds_dir)
    old = [name for name in names[:-KEPT_BUILDS] if name != served and _made_at(name) < edge]
    for name in old:
        shutil.rmtree(builds_dir / name, ignore_errors=True)
    return old


def sync_tree(folder: Path) -> None:
    """Force a finished build to the disk before it gets its name."""
    for path in _files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    for path in (*(p for p in folder.rglob("*") if p.is_dir()), folder):
        sync_folder(path)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _made_at(build_id: str) -> datetime:
    return datetime.strptime(build_id.split("-")[0], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
