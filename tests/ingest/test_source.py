from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.errors import DocumentError, IngestError
from ingest.source import find_sources


def test_a_folder_given_twice_is_one_source_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "papers", tmp_path / "b" / "papers"
    for folder in (first, second):
        folder.mkdir(parents=True)
    assert [source.folder for source in find_sources([first, first / ".", first])] == [first]
    with pytest.raises(IngestError, match="Two folders have the name papers"):
        find_sources([first, second])


def test_a_folder_that_cannot_be_listed_is_refused_by_name(tmp_path: Path) -> None:
    """Its path is longer than the system takes; another user's folder is no obstacle to root."""
    handle = os.open(tmp_path, os.O_RDONLY)
    for _ in range(18):
        os.mkdir("x" * 250, dir_fd=handle)
        deeper = os.open("x" * 250, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = deeper
    os.close(handle)
    source = find_sources([tmp_path])[0]
    (unlisted,) = source.files()
    with pytest.raises(DocumentError, match="cannot be read: File name too long"):
        source.read(unlisted)


def test_a_folder_named_as_a_page_does_not_make_knowledge(tmp_path: Path) -> None:
    (tmp_path / "topic" / "fi.md").mkdir(parents=True)
    assert not find_sources([tmp_path])[0].is_knowledge
