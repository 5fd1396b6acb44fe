"""The commands as people and programs use them: exit status, JSON shapes, and a database of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from yijianshi.cli import main
from yijianshi.server.files import shipped_library, shipped_paths


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], env=environment)


def test_check_finds_nothing_wrong_with_what_is_shipped() -> None:
    result = run("check", "--json")
    report = json.loads(result.output)
    assert result.exit_code == 0, result.output
    assert report["errors"] == 0 and report["documents"] > 100 and report["cases"] >= 40


def test_check_says_file_pointer_what_and_how(tmp_path: Path) -> None:
    document = dict(shipped_library().get("matter", "water-connection"))
    document["promised_limit"] = {"days": 40, "unit": "working"}
    document["promise"] = 1
    file = tmp_path / "water.json"
    file.write_text(json.dumps(document), "utf-8")
    (tmp_path / "broken.json").write_text("{", "utf-8")
    result = run("check", tmp_path, "--lang", "en")
    assert result.exit_code == 1
    assert f"{file} /promise: unknown key 'promise'" in result.output
    assert "broken.json" in result.output and "line 1 column 2" in result.output


def test_compose_prints_what_the_county_promised() -> None:
    result = run("compose", "construction-start", "--json")
    report = json.loads(result.output)
    assert result.exit_code == 0
    assert isinstance(report["matters"], list) and isinstance(report["materials"], list)
    assert report["savings"]["materials"] | {} == report["savings"]["materials"]
    assert [report["savings"]["materials"][k] for k in ("before", "after", "percent")] == [17, 10, "−41.2%"]
    assert set(report["savings"]) == {"materials", "days", "steps", "visits"}
    assert report["plan"]["critical_path"]
    text = run("compose", "construction-start", "--lang", "en").output
    assert "(17 − 10) ÷ 17 = 41.2%" in text and "Critical path" in text


def test_an_unknown_bundle_is_misuse() -> None:
    result = run("compose", "no-such")
    assert result.exit_code == 2
    assert "construction-start" in result.output


def test_evaluate_explains_with_both_engines(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(
        json.dumps({"project": {"category": "building", "use": "stadium", "floor_area": 20001}})
    )
    result = run("evaluate", "construction-start", "--answers", answers, "--on", "2026-11-23", "--json")
    report = json.loads(result.output)
    assert result.exit_code == 0, result.output
    assert {"outcomes", "unknown", "trace", "versions", "engines"} <= set(report)
    assert report["engines"]["agreed"] is True
    assert "fire-design-review" in report["matters"]
    assert any(entry["pointer"] == "/situation/occupies_road" for entry in report["unknown"])
    assert (
        "both engines agree"
        in run("evaluate", "construction-start", "--answers", answers, "--lang", "en").output
    )


@pytest.mark.parametrize("content", ["[", "[]", None])
def test_unusable_answers_are_misuse(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "answers.json"
    if content is not None:
        file.write_text(content)
    assert run("evaluate", "construction-start", "--answers", file).exit_code == 2


def test_import_export_and_verify_a_database_of_ones_own(tmp_path: Path) -> None:
    def database(name: str) -> dict[str, str]:
        return {"YIJIANSHI_DATA": str(tmp_path / name)}

    dry = run("import", *shipped_paths(), "--dry-run", "--json", **database("a"))
    assert dry.exit_code == 0, dry.output
    assert json.loads(dry.output)["applied"] is False
    assert json.loads(run("verify", "--json", **database("a")).output)["versions"] == 0
    done = run("import", *shipped_paths(), "--json", **database("a"))
    assert json.loads(done.output)["applied"] is True
    exported = tmp_path / "all.json"
    assert run("export", "-o", exported, **database("a")).exit_code == 0
    assert run("import", exported, **database("b")).exit_code == 0
    again = tmp_path / "again.json"
    run("export", "-o", again, **database("b"))
    assert _by_code(exported) == _by_code(again)
    verified = run("verify", "--json", **database("b"))
    assert verified.exit_code == 0
    assert json.loads(verified.output)["findings"] == []


def _by_code(path: Path) -> dict[tuple[str, str], Any]:
    return {(d["kind"], d["code"]): d for d in json.loads(path.read_text("utf-8"))}


def test_an_import_with_an_error_changes_nothing(tmp_path: Path) -> None:
    good = dict(shipped_library().get("material", "site-plan"))
    (tmp_path / "good.json").write_text(json.dumps(good))
    (tmp_path / "bad.json").write_text(json.dumps({**good, "code": "other", "formats": ["exe"]}))
    result = run("import", tmp_path / "good.json", tmp_path / "bad.json", YIJIANSHI_DATA=str(tmp_path / "db"))
    assert result.exit_code == 1
    verified = run("verify", "--json", YIJIANSHI_DATA=str(tmp_path / "db"))
    assert json.loads(verified.output)["versions"] == 0
