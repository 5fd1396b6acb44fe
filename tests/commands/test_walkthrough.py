"""Made-up applicants go through the shipped bundles, and are stuck where a definition lets nobody through."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from yijianshi.cli import main
from yijianshi.server.uploads import MEDIA_TYPES, format_of
from yijianshi.server.walkthrough import sample_file

from tests.core.forms.odd import odd


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["walkthrough", *map(str, arguments)])


def test_the_shipped_bundles_let_everybody_through_whom_no_rule_denies() -> None:
    result = run("--applicants", 60, "--json")
    assert result.exit_code == 0, result.output
    reports = {entry["bundle"]: entry for entry in json.loads(result.output)["bundles"]}
    assert sorted(reports) == ["construction-start", "individual-to-enterprise"]
    for report in reports.values():
        assert report["applicants"] == 60 == report["passed"] + report["denied"]
        assert report["rate"] == 1.0 and report["stuck"] == 0 and report["stops"] == []
        assert report["unreached"] == [] and all(count > 0 for count in report["matters"].values())
    building, household = reports["construction-start"], reports["individual-to-enterprise"]
    assert building["denied"] == 0
    assert {entry["place"].rpartition("/")[2] for entry in household["denials"]} == {"listed", "tax_unpaid"}
    assert all(
        entry["basis"] and entry["message"]["en"] and entry["situation"] for entry in household["denials"]
    )


def test_every_situation_of_a_small_bundle_is_walked_and_the_way_of_saying_it_is_plain(
    tmp_path: Path,
) -> None:
    definitions = written(tmp_path)
    result = run("odd-one", "--definitions", definitions, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)["bundles"][0]
    assert (report["applicants"], report["every_situation"], report["passed"]) == (1, True, 1)
    said = run("odd-one", "--definitions", definitions, "--lang", "en").output
    assert "pass rate = passed ÷ (passed + stuck) = 1 ÷ 1 = 100.0%" in said
    assert "1 made-up applicants, every situation" in said


def test_where_nobody_gets_further_is_told_with_the_field_and_what_the_page_says(tmp_path: Path) -> None:
    definitions = written(tmp_path, short={"pattern": "^(?!x)x$"})
    result = run("odd-one", "--definitions", definitions, "--json")
    assert result.exit_code == 1
    report = json.loads(result.output)["bundles"][0]
    assert (report["passed"], report["stuck"], report["rate"]) == (0, 1, 0.0)
    [stop] = report["stops"]
    assert (stop["step"], stop["place"], stop["code"], stop["count"]) == ("form", "/a/short", "required", 1)
    assert stop["title"]["en"] == "Item" and stop["message"]["en"] == "Please fill this in"
    assert (
        "stuck 1 × Item：Please fill this in"
        in run("odd-one", "--definitions", definitions, "--lang", "en").output
    )


def test_what_cannot_be_taken_in_or_is_not_there_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", "utf-8")
    assert run("--definitions", broken).exit_code == 1
    unknown = run("no-such")
    assert unknown.exit_code == 2 and "construction-start" in unknown.output


def test_nothing_of_it_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run("odd-one", "--definitions", written(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["odd.json"]


@pytest.mark.parametrize("kind", sorted(MEDIA_TYPES))
def test_sample_files_are_what_they_say(kind: str) -> None:
    assert format_of(sample_file(kind)) == kind


def written(folder: Path, **schemas: Any) -> Path:
    file = folder / "odd.json"
    file.write_text(json.dumps(list(odd(**schemas))), "utf-8")
    return file
