"""The whole platform, served for a browser: a real server on a free port, with its own database."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from yijianshi.server.app import create_app
from yijianshi.server.context import Platform
from yijianshi.server.settings import Settings


@dataclass(frozen=True)
class Live:
    """A running site: its address, and the platform behind it."""

    address: str
    platform: Platform


@contextmanager
def serving(folder: Path) -> Iterator[Live]:
    """Serve a fresh platform out of a folder until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    platform = Platform.open(Settings(data=folder, port=port), cheap_passwords=True)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(platform=platform), host="127.0.0.1", port=port, log_level="warning", ws="none"
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    try:
        yield Live(f"http://127.0.0.1:{port}", platform)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        platform.close()
