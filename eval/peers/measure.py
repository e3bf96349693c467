"""One system, measured in the process that this runs in."""

from __future__ import annotations

import resource
import time
from importlib import import_module
from pathlib import Path

from eval.peers.catalogue import OURS
from eval.peers.peer import FOUND, MeasuresMore, Peer
from eval.peers.place import Finding, Place

STATUS = Path("/proc/self/status")


def measure(name: str, place: Place) -> Finding:
    """Build, ask the warming questions, then each question once, one after the other."""
    # Ours reads the documents, so it need not hold the passages twice.
    texts = [] if name == OURS else place.read_texts()
    asked = place.read_asked()
    peer: Peer = import_module(f"eval.peers.{name}").open_peer(place.own(name))
    start = time.perf_counter()
    peer.build(texts)
    build_seconds = time.perf_counter() - start
    for one in place.read_warming():
        peer.search(one.question, one.language, FOUND)
    found, milliseconds = [], []
    for one in asked:
        start = time.perf_counter()
        found.append(peer.search(one.question, one.language, FOUND))
        milliseconds.append((time.perf_counter() - start) * 1000)
    held, peak = _memory()
    more = peer.more(asked) if isinstance(peer, MeasuresMore) else {}
    return Finding(found, milliseconds, build_seconds, held, peak, more)


def _memory() -> tuple[float, float]:
    """Megabytes of this process, now and at most.

    `ru_maxrss` would count what the process was started from, as Linux hands that on.
    """
    if not STATUS.is_file():
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
        return most, most
    lines = dict(line.split(":", 1) for line in STATUS.read_text(encoding="utf-8").splitlines())
    held, peak = (int(lines[key].split()[0]) / 2**10 for key in ("VmRSS", "VmHWM"))
    return held, peak
