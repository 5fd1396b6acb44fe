"""The journal witness: a rewritten, cut-off or replaced journal is noticed from outside."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from yijianshi.core.proofs.chain import Entry, link, seal
from yijianshi.plugins import config_problems, manager

SOURCE = Path(__file__).parents[2] / "plugins" / "journal-witness" / "yijianshi_journal_witness.py"


@pytest.fixture(scope="module")
def plugin() -> ModuleType:
    spec = importlib.util.spec_from_file_location("yijianshi_journal_witness", SOURCE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def journal(count: int, word: str = "x") -> list[Entry]:
    made: list[Entry] = []
    for number in range(count):
        made.append(
            link(
                made[-1] if made else None,
                at="2026-11-23T09:00:00+08:00",
                actor="a",
                kind="k",
                subject="s",
                data={"n": number, "w": word},
            )
        )
    return made


def reading(entries: list[Entry]):
    def read(after: int) -> Iterator[Entry]:
        return iter([entry for entry in entries if entry.seq > after])

    return read


def test_it_copies_what_is_new_and_goes_on(plugin: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "copy.jsonl"
    whole = journal(5)
    assert plugin.witness(reading(whole[:3]), file) == 3
    assert plugin.witness(reading(whole), file) == 2
    assert plugin.witness(reading(whole), file) == 0
    assert plugin.last(file).digest == whole[-1].digest


def test_an_unfinished_line_is_written_again(plugin: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "copy.jsonl"
    whole = journal(3)
    plugin.witness(reading(whole), file)
    file.write_bytes(file.read_bytes()[:-20])
    assert plugin.witness(reading(whole), file) == 1
    assert len(file.read_bytes().splitlines()) == 3


@pytest.mark.parametrize("harm", ["rewritten whole", "end cut off", "entry changed", "entry removed"])
def test_a_harmed_journal_is_noticed_and_the_copy_kept(plugin: ModuleType, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "copy.jsonl"
    whole = journal(6)
    plugin.witness(reading(whole[:4]), file)
    before = file.read_bytes()
    harmed = {
        "rewritten whole": journal(6, "y"),
        "end cut off": whole[:2],
        "entry changed": [*whole[:4], seal(replace(whole[4], data={"n": 9})), whole[5]],
        "entry removed": [*whole[:4], whole[5]],
    }[harm]
    with pytest.raises(plugin.ChainBroken):
        plugin.witness(reading(harmed), file)
    assert file.read_bytes() == before


def test_it_is_a_plug_in_with_a_command(plugin: ModuleType) -> None:
    made = manager(load=False)
    made.register(plugin)
    (commands,) = made.hook.commands(entries=reading([]))
    assert [command.name for command in commands] == ["witness"]
    assert config_problems(made) == []
