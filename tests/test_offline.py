"""Nothing reaches for the internet: the whole line works where there is no network but loopback.

pytest-socket keeps the suite's own Python sockets on loopback. Native code escapes it, so the commands also run in a
network namespace of their own, which has no way out, wherever the machine lets one be made.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from app.settings import PROJECT

CONNECT_OUT = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=2)"


def alone() -> list[str]:
    """The words before a command that cut it off from every network; none where the machine forbids it."""
    for words in (["unshare", "-n"], ["unshare", "-rn"]):
        if (
            shutil.which("unshare")
            and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
        ):
            return words
    return []


def test_the_suite_itself_reaches_loopback_only() -> None:
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_ingest_and_serve_without_a_network(tmp_path: Path) -> None:
    words = alone()
    if words:
        reached = subprocess.run([*words, sys.executable, "-c", CONNECT_OUT], capture_output=True, check=False)
        assert reached.returncode != 0, "the namespace has a way out"
    data = {"ESPOO_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run(
        [*words, sys.executable, "-m", "ingest", "run"], cwd=PROJECT, env=data, check=True, capture_output=True
    )
    served = subprocess.run(
        [*words, sys.executable, "-m", "tests.serve_alone", *(["--raise-loopback"] if words else [])],
        cwd=PROJECT, env=data, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert served.stdout.split() == ["answered"]
