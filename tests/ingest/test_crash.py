from __future__ import annotations

import subprocess
import sys


def test_a_run_killed_at_any_moment_leaves_a_build_that_answers() -> None:
    """In a process of its own: what it forks must not have this one's threads. `--kills 30` takes half a minute."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.ingest.kill_runs", "--kills", "6"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "always answered" in done.stdout
