"""One system in a process of its own: `python -m eval.peers NAME FOLDER`; `eval bench peers` starts it."""

from __future__ import annotations

import sys
from pathlib import Path

from app.logs import configure_logs
from eval.peers.measure import measure
from eval.peers.place import Place

if __name__ == "__main__":
    configure_logs("ERROR")
    _, name, folder = sys.argv
    place = Place(Path(folder))
    place.write_finding(name, measure(name, place))
