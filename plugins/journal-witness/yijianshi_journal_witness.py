"""A plug-in: a copy of the journal in a file elsewhere, which must go on as it began."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from yijianshi.core.definitions.types import Problem
from yijianshi.core.proofs.chain import GENESIS, Entry, seal
from yijianshi.plugins import Entries, hookimpl


@dataclass(frozen=True)
class Witnessed:
    """How far the copy goes: the last entry's number and digest."""

    seq: int = 0
    digest: str = GENESIS


class ChainBroken(Exception):
    """The journal does not continue what was witnessed; ``seq`` is the entry where it shows."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"entry {seq}")
        self.seq = seq


def last(file: Path) -> Witnessed:
    """Read how far a copy goes; an unfinished last line (a crash while writing) does not count."""
    if not file.exists():
        return Witnessed()
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        os.truncate(file, len(whole))
    lines = whole.splitlines()
    if not lines:
        return Witnessed()
    entry = json.loads(lines[-1])
    return Witnessed(entry["seq"], entry["digest"])


def witness(entries: Entries, file: Path) -> int:
    """Append what is new; gives how many entries. Raises ChainBroken and then changes nothing."""
    known = last(file)
    if known.seq:
        # the entry witnessed last must still be there, with the same digest
        again = next(iter(entries(known.seq - 1)), None)
        if again is None or again.seq != known.seq or seal(again).digest != known.digest:
            raise ChainBroken(known.seq)
    fresh: list[Entry] = []
    previous = known.digest
    for entry in entries(known.seq):
        if entry.previous != previous or seal(entry).digest != entry.digest:
            raise ChainBroken(entry.seq)
        previous = entry.digest
        fresh.append(entry)
    if fresh:
        with file.open("ab") as copy:
            for entry in fresh:
                copy.write(json.dumps(entry.to_json(), ensure_ascii=False).encode() + b"\n")
            copy.flush()
            os.fsync(copy.fileno())
    return len(fresh)


@hookimpl
def check_config() -> list[Problem]:
    """There is nothing to configure: the file is named on the command line."""
    return []


@hookimpl
def commands(entries: Entries) -> list[click.Command]:
    """Give the command ``witness``."""

    @click.command("witness")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    def command(file: Path) -> None:
        """Copy what is new in the journal to FILE, and check that it continues what is there."""
        try:
            count = witness(entries, file)
        except ChainBroken as error:
            click.echo(
                f"流水与见证副本不符：第 {error.seq} 条被改动、截去或替换\n"
                f"the journal does not continue what was witnessed: entry {error.seq} was changed, cut off or replaced",
                err=True,
            )
            sys.exit(1)
        click.echo(f"见证 {count} 条 / {count} entries witnessed, up to {last(file).seq}")

    return [command]
