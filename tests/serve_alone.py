"""Run in a network namespace of its own: raise loopback, serve, ask one question over HTTP, print its status."""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import subprocess
import sys
import time
import urllib.request

UP = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP
URL = "http://127.0.0.1:8977"


def raise_loopback() -> None:
    read, write, up = UP
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        flags = struct.unpack("16sh", fcntl.ioctl(control, read, struct.pack("16sh", b"lo", 0)))[1]
        fcntl.ioctl(control, write, struct.pack("16sh", b"lo", flags | up))


def ask() -> str:
    body = json.dumps({"question": "How do I get a tax card?"}).encode()
    request = urllib.request.Request(f"{URL}/api/v1/questions", body, {"Content-Type": "application/json"})
    for _ in range(300):
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                return str(json.load(reply)["status"])
        except OSError:
            time.sleep(0.1)
    return "no answer"


if __name__ == "__main__":
    if "--raise-loopback" in sys.argv:
        raise_loopback()
    service = subprocess.Popen([sys.executable, "-m", "app", "serve", "--port", "8977"], stdout=subprocess.DEVNULL)
    print(ask())
    service.terminate()
    service.wait(20)
