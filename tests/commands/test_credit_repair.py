"""Credit repair on either side of 2026-04-01, by the shipped editions: from the command, and through a case."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from yijianshi.cli import main
from yijianshi.core.bundles.compose import compose
from yijianshi.core.bundles.evaluate import evaluate
from yijianshi.core.definitions.library import Library
from yijianshi.server.context import shipped_calendar

from tests.credit import EDITIONS, answers, documents


@pytest.mark.parametrize(
    ("applied", "edition", "denied"),
    [
        # four months after a penalty for work safety: a year is too early by the old, three months do by the new
        ("2026-03-31", EDITIONS[0], True),
        ("2026-04-01", EDITIONS[1], False),
    ],
)
@pytest.mark.parametrize("on", ["2026-03-31", "2026-04-01", "2026-11-24"])
def test_the_day_of_application_chooses_the_edition(
    tmp_path: Path, applied: str, edition: str, denied: bool, on: str
) -> None:
    (tmp_path / "credit.json").write_text(json.dumps(documents()), "utf-8")
    (tmp_path / "answers").write_text(json.dumps(answers(applied)), "utf-8")
    arguments = ["credit", "--definitions", str(tmp_path / "credit.json"), "--json"]
    asked = ["evaluate", *arguments, "--answers", str(tmp_path / "answers"), "--on", on]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["engines"]["agreed"] is True
    assert [run["ruleset"] for run in told["truths"]] == [edition]
    assert told["denied"] is denied
    composed = CliRunner().invoke(main, ["compose", *arguments])
    assert composed.exit_code == 0, composed.output
    assert [matter["code"] for matter in json.loads(composed.stdout)["matters"]] == ["repair"]


def test_without_its_date_no_edition_decides() -> None:
    composition = compose(Library.of(documents()), "credit")
    given = answers("2026-04-01")
    del given["credit"]["applied_on"]
    for on in ("2026-03-31", "2026-04-01"):
        result = evaluate(composition, given, date.fromisoformat(on), shipped_calendar())
        assert not result.denials
        assert {o.truth for _, o in result.outcomes} <= {"unknown"}
