"""``yijianshi serve``: a process of its own says where it is and who may sign in, and serves the shipped bundles."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

import yijianshi
from yijianshi.cli import main
from yijianshi.server.demo import ACCOUNTS, PASSWORD

MAIN = "from yijianshi.cli import main; main()"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A served platform with a database of its own, and the file of what it said."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said, folder = tmp_path / "said", str(Path(yijianshi.__file__).parents[1])
    command = [sys.executable, "-c", MAIN, "serve", "--port", str(port), "--data", str(tmp_path)]
    with said.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, env={**os.environ, "PYTHONPATH": folder})
    try:
        until = time.monotonic() + 120
        while True:
            assert process.poll() is None and time.monotonic() < until, said.read_text("utf-8")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/", said
    finally:
        process.terminate()
        process.wait(60)


def test_it_says_where_it_is_and_who_may_sign_in_and_serves_what_is_shipped(
    address: tuple[str, Path],
) -> None:
    where, said = address
    printed = said.read_text("utf-8")
    assert where in printed and PASSWORD in printed
    assert all(name in printed and display in printed for name, _, display in ACCOUNTS)
    with urlopen(where) as answer:
        page = answer.read().decode("utf-8")
    assert "/bundles/construction-start" in page and "/bundles/individual-to-enterprise" in page


def test_a_database_that_is_none_is_misuse() -> None:
    result = CliRunner().invoke(main, ["serve", "--database", "/tmp/a.db"])
    assert result.exit_code == 2 and "sqlite:///path/file.db" in result.output
