"""The commands as people and programs use them: exit status, JSON shapes, and a database of their own."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from yijianshi.cli import main
from yijianshi.core.definitions.canonical import digest
from yijianshi.core.designer.edits import Edit, apply
from yijianshi.server.files import shipped_library, shipped_paths
from yijianshi.server.store import postgres


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


def test_check_of_a_folder_without_definitions_is_not_a_clean_one(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    result = run("check", tmp_path, "--lang", "en")
    assert result.exit_code == 1 and f"{tmp_path}" in result.output
    assert "there is no definition here" in result.output


def test_check_tells_in_one_run_of_slips_that_stand_on_one_another(tmp_path: Path) -> None:
    """In one matter, in the bundle that it is part of, in one ruleset and in its cases; malformed JSON beside."""
    library = shipped_library()
    permit = dict(library.get("matter", "construction-permit"))
    permit |= {"promised_limit": {"days": 40, "unit": "working"}, "colour": "red", "rulesets": ["no.such"]}
    start = json.loads(json.dumps(library.get("bundle", "construction-start")))
    start["matters"][0]["after"] = ["construction-permit"]
    start["sections"][0]["fields"][0] = "/nowhere/at_all"
    start["lead"]["name"].pop("en")
    rules = json.loads(json.dumps(library.get("ruleset", "construction-start.eligibility")))
    rules["rules"]["start_past"]["all"] = [{"m": {"$less": {"days_to_start": 0}}}]
    never = {"$and": [{"$lt": {"floor_area": 1}}, {"$gt": {"floor_area": 2}}]}
    rules["rules"]["manager_elsewhere"]["all"] = [{"m": never}]
    rules["rules"]["start_too_late"]["run"]["reason"].pop("en")
    files = {"permit": permit, "start": start, "rules": rules, "rules.cases": {"cases": [{"naem": "x"}]}}
    for name, document in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document), "utf-8")
    (tmp_path / "broken.json").write_text("{", "utf-8")
    result = run("check", tmp_path, "--json")
    assert result.exit_code == 1 and result.exception.__class__ is SystemExit, result.output
    found = json.loads(result.stdout)["findings"]
    errors = [(Path(p["file"]).stem, p["pointer"], p["code"]) for p in found if p["severity"] == "error"]
    cases = {each for each in errors if each[0] == "rules.cases"}
    assert sorted(set(errors) - cases) == [
        ("broken", "", "malformed-json"),
        ("permit", "/colour", "unknown-key"),
        ("permit", "/promised_limit/days", "promise-over-statute"),
        ("permit", "/rulesets/0", "dangling-reference"),
        ("rules", "/rules/manager_elsewhere", "contradiction"),
        ("rules", "/rules/start_past/all/0/m/$less", "unknown-operator"),
        ("rules", "/rules/start_too_late/run/reason", "missing-key"),
        ("start", "/lead/name", "missing-key"),
        ("start", "/matters", "cycle"),
        ("start", "/sections/0/fields/0", "unknown-field"),
    ]
    assert ("rules.cases", "/cases/0/naem", "unknown-key") in cases
    assert all(p["message"]["zh"] and p["remedy"]["en"] for p in found)


def test_what_stands_in_a_file_that_cannot_be_read_is_not_called_missing(tmp_path: Path) -> None:
    library = shipped_library()
    document = library.get("matter", "water-connection")
    for each in library.closure("matter", "water-connection"):
        if each["kind"] == "material":
            (tmp_path / f"{each['code']}.json").write_text(json.dumps(each)[:-1], "utf-8")
        elif each is not document:
            (tmp_path / f"{each['kind']}-{each['code']}.json").write_text(json.dumps(each), "utf-8")
    wrong = {
        **document,
        "materials": [*document["materials"], {**document["materials"][0], "material": "none"}],
    }
    (tmp_path / "water.json").write_text(json.dumps(wrong), "utf-8")
    result = run("check", tmp_path, "--alone", "--json")
    errors = [
        (p["code"], p["pointer"]) for p in json.loads(result.stdout)["findings"] if p["severity"] == "error"
    ]
    count = len(document["materials"])
    assert sorted(code for code, _ in errors) == ["dangling-reference", *["malformed-json"] * count]
    assert ("dangling-reference", f"/materials/{count}/material") in errors


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


def test_an_import_with_an_error_leaves_a_filled_database_as_it_was(tmp_path: Path) -> None:
    """Whatever is wrong, in whichever file: not one row of it is another afterwards."""
    database = {"YIJIANSHI_DATA": str(tmp_path / "db")}
    assert run("import", *shipped_paths(), **database).exit_code == 0
    before = _dump(tmp_path / "db" / "yijianshi.db")
    assert len(before) > 100
    good = {**shipped_library().get("material", "site-plan"), "max_count": 7}
    start = shipped_library().get("bundle", "construction-start")
    wrong: dict[str, Any] = {
        "type": {**good, "code": "other", "formats": ["exe"]},
        "reference": {**start, "rulesets": ["no.such"]},
        "circle": {**start, "matters": [{"matter": "seal-making", "after": ["seal-making"]}]},
        "twice": good,
        "text": "{",
    }
    (tmp_path / "good.json").write_text(json.dumps(good), "utf-8")
    for name, document in wrong.items():
        file = tmp_path / f"{name}.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        result = run("import", tmp_path / "good.json", file, "--json", **database)
        assert result.exit_code == 1, (name, result.output)
        assert json.loads(result.stdout)["applied"] is False
        assert _dump(tmp_path / "db" / "yijianshi.db") == before, name
    assert run("import", tmp_path / "good.json", **database).exit_code == 0
    assert _dump(tmp_path / "db" / "yijianshi.db") != before


def _dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return sorted(connection.iterdump())  # triggers are made anew at each opening


def test_a_ruleset_through_excel(tmp_path: Path) -> None:
    database = {"YIJIANSHI_DATA": str(tmp_path / "db")}
    assert run("import", *shipped_paths(), **database).exit_code == 0
    file = tmp_path / "规则.xlsx"
    assert run("export", "ruleset:construction-start.situations", "--excel", file, **database).exit_code == 0
    same = run("import", file, "--json", **database)
    assert same.exit_code == 0, same.output
    assert [change["status"] for change in json.loads(same.output)["changes"]] == ["unchanged"]
    assert "没有改动" in run("import", file, **database).output

    book = load_workbook(file)
    parameters = book["参数"]
    column = next(cell.column_letter for cell in parameters[2] if cell.value == "basis")
    before = parameters[f"{column}3"].value
    parameters[f"{column}3"] = before + "（2026）"
    book.save(file)
    dry = run("import", file, "--dry-run", "--json", **database)
    (change,) = json.loads(dry.output)["changes"]
    assert set(change) == {"kind", "code", "title", "status", "digest", "changes"}
    (step,) = change["changes"]
    assert set(step) == {"op", "at", "value", "pointer", "place", "was", "sentence"} and step["op"] == "set"
    assert (step["was"], step["value"]) == (before, before + "（2026）")
    assert step["at"][-1] == "basis" and step["pointer"].endswith("/basis")
    run("export", f"ruleset:{change['code']}", "--alone", "-o", tmp_path / "old.json", **database)
    (old,) = json.loads((tmp_path / "old.json").read_text("utf-8"))
    assert digest(apply(old, [Edit.from_json(step)])[0]) == change["digest"]
    assert json.loads(run("verify", "--json", **database).output)["entries"] == _entries(database)
    assert "published" in run("import", file, "--lang", "en", **database).output
    assert run("export", "ruleset:construction-start.situations", "--excel", file, **database).exit_code == 0
    assert load_workbook(file)["参数"][f"{column}3"].value == before + "（2026）"


def _entries(database: dict[str, str]) -> int:
    return int(json.loads(run("verify", "--json", **database).output)["entries"])


def test_what_is_wrong_in_a_workbook_has_sheet_and_cell(tmp_path: Path) -> None:
    database = {"YIJIANSHI_DATA": str(tmp_path / "db")}
    assert run("import", *shipped_paths(), **database).exit_code == 0
    file = tmp_path / "a.xlsx"
    code = "construction-start.situations"
    assert run("export", f"ruleset:{code}", "--excel", file, **database).exit_code == 0
    entries = _entries(database)

    book = load_workbook(file)
    book["规则"]["A5"] = "=A6"
    book.save(file)
    result = run("import", file, "--lang", "en", **database)
    assert result.exit_code == 1
    assert f"{file} 规则!A5: the cell is a formula" in result.output

    # what only the checks of a ruleset find
    assert run("export", f"ruleset:{code}", "--excel", file, **database).exit_code == 0
    book = load_workbook(file)
    rules = book["规则"]
    at = {cell.value: cell.column_letter for cell in rules[4] if cell.value}
    rules["E5"] = "参数:no-such"
    book.save(file)
    assert _cells(run("import", file, "--json", **database)) == {"规则!E5"}
    # what is wrong by its form is told in the same run
    book["参数"]["D3"] = "number"
    rules[at["run.basis"] + "6"] = None
    book.save(file)
    assert _cells(run("import", file, "--json", **database)) == {
        "规则!E5",
        f"规则!{at['outcome']}6",
        "参数!D3",
    }
    assert _entries(database) == entries

    file.write_bytes(b"PK\x03\x04 no workbook")
    assert run("import", file, "--lang", "en", **database).exit_code == 1


def _cells(result: Result) -> set[str]:
    return {problem["pointer"] for problem in json.loads(result.output)["problems"]}


def test_the_list_of_matters_through_excel(tmp_path: Path) -> None:
    database = {"YIJIANSHI_DATA": str(tmp_path / "db")}
    assert run("import", *shipped_paths(), **database).exit_code == 0
    exported = tmp_path / "all.json"
    run("export", "-o", exported, **database)
    before = _by_code(exported)
    file = tmp_path / "事项.xlsx"
    assert run("export", "--excel", file, **database).exit_code == 0
    same = run("import", file, "--json", **database)
    assert (same.exit_code, json.loads(same.output)["changes"]) == (0, [])

    book = load_workbook(file)
    sheet = book["事项"]
    at = {cell.value: cell.column_letter for cell in sheet[2]}
    row = next(row for row in range(3, sheet.max_row + 1) if sheet[f"A{row}"].value == "water-connection")
    sheet[f"{at['title.zh']}{row}"] = "自来水报装"
    sheet[f"{at['standard.service_objects']}{row}"] = "自然人，企业法人"
    book.save(file)
    assert run("import", file, **database).exit_code == 0
    run("export", "-o", exported, **database)
    changed = dict(before["matter", "water-connection"])
    changed["title"] = {**changed["title"], "zh": "自来水报装"}
    changed["standard"] = {**changed.get("standard", {}), "service_objects": ["person", "enterprise"]}
    assert _by_code(exported) == {**before, ("matter", "water-connection"): changed}

    sheet[f"{at['type']}{row}"] = "审批"
    sheet[f"A{sheet.max_row + 1}"] = "new-matter"
    book.save(file)
    assert _cells(run("import", file, "--json", **database)) == {f"事项!{at['type']}{row}"}
    sheet[f"{at['type']}{row}"] = None
    book.save(file)
    result = run("import", file, "--json", **database)
    # what a row lacks is said at its code
    assert _cells(result) == {f"事项!A{row}", f"事项!A{sheet.max_row}"}
    lacks = {problem["message"]["en"] for problem in json.loads(result.output)["problems"]}
    assert "“promised limit” (promised_limit) is missing" in lacks

    sheet[f"{at['type']}{row}"] = "公共服务"
    sheet.delete_rows(sheet.max_row)
    materials = book["材料"]
    materials.append(["water-connection", "no-such-material", "必要", "申请人提交"])
    book.save(file)
    assert _cells(run("import", file, "--json", **database)) == {f"材料!B{materials.max_row}"}


@pytest.mark.parametrize(
    "arguments", [["element:project.code"], ["--alone"], ["no-such"], ["a", "-o", "b.json"]]
)
def test_what_is_no_workbook_is_misuse(tmp_path: Path, arguments: list[str]) -> None:
    database = {"YIJIANSHI_DATA": str(tmp_path / "db")}
    assert run("import", *shipped_paths(), **database).exit_code == 0
    file = tmp_path / "a.xlsx"
    assert run("export", *arguments, "--excel", file, **database).exit_code == 2
    assert not file.exists()


def test_a_place_that_cannot_be_written_is_misuse(tmp_path: Path) -> None:
    database = {"YIJIANSHI_DATA": str(tmp_path / "db")}
    for option in ("--excel", "-o"):
        result = run("export", option, tmp_path / "no" / "such", **database)
        assert (result.exit_code, type(result.exception)) == (2, SystemExit)


def test_a_database_that_does_not_answer_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres.PostgresStore.__init__, "__defaults__", (0.3, 1))
    url = "postgresql://ann:geheim@127.0.0.1:1/county"
    result = CliRunner().invoke(main, ["verify", "--database", url])
    assert result.exit_code == 2 and isinstance(result.exception, SystemExit)
    assert "连不上数据库 127.0.0.1:1/county" in result.output and "does not answer" in result.output
    assert "geheim" not in result.output
