"""``yijianshi whatif`` over a database of its own: what it prints, and what is misuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from yijianshi.cli import main
from yijianshi.server.settings import DEMONSTRATION_SECRET

from tests.postgres import postgres_server, store_url
from tests.server.town import CODE, Town, draft_of, stadium

__all__ = ["postgres_server", "store_url"]


@pytest.fixture
def numbers(store_url: str) -> Iterator[list[str]]:
    town = Town(store_url, DEMONSTRATION_SECRET)
    made = [town.submit("construction-start", stadium(area)) for area in (15000, 19000, 20000)]
    town.store.close()
    yield made


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return written(tmp_path / "draft.json", draft_of(CODE, area_stadium=18000))


def written(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), "utf-8")
    return path


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(main, ["whatif", *(str(a) for a in arguments)], env=environment)


def test_stored_cases_under_a_draft(store_url: str, numbers: list[str], draft: Path) -> None:
    result = run(draft, "--database", store_url, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "ruleset": CODE,
        "against": CODE,
        "seen": 3,
        "erased": 0,
        "cases": 3,
        "changed": 2,
        "changes": [
            {
                "outcome": {"type": "select_matter", "target": "fire-design-review"},
                "old": "unmet",
                "new": "met",
                "cases": 2,
                "samples": numbers[1:],
            }
        ],
    }
    assert "decided 3/3" in result.stderr
    text = run(draft, "--database", store_url, "--lang", "en", "--samples", 1).stdout
    assert f"select_matter fire-design-review: unmet → met  2 cases ({numbers[1]} …)" in text
    told = run(draft, "--database", store_url).stdout
    assert "2 件结论不同" in told and "不成立 → 成立" in told


def test_made_up_cases_open_no_case(tmp_path: Path, draft: Path) -> None:
    result = run(draft, "--generated", 500, "--json", "--on", "2026-11-23", YIJIANSHI_DATA=str(tmp_path))
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["cases"] == 500 and report["changed"] > 0
    against = written(tmp_path / "old.json", draft_of(CODE, area_stadium=18000))
    same = run(draft, "--generated", 500, "--json", "--against", against, YIJIANSHI_DATA=str(tmp_path))
    assert json.loads(same.stdout)["changed"] == 0


def test_a_draft_with_errors_is_a_finding(tmp_path: Path) -> None:
    broken = written(tmp_path / "draft.json", {**draft_of(CODE), "rules": {"r": 1}})
    result = run(broken, "--generated", 5, YIJIANSHI_DATA=str(tmp_path))
    assert result.exit_code == 1 and "/rules/r" in result.output
    report = run(broken, "--generated", 5, "--json", YIJIANSHI_DATA=str(tmp_path))
    assert "/rules/r" in [problem["pointer"] for problem in json.loads(report.stdout)["problems"]]


@pytest.mark.parametrize("content", ["[", "[]", '{"kind": "nothing"}'])
def test_what_is_no_ruleset_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "draft.json"
    file.write_text(content)
    result = run(file, "--generated", 5, YIJIANSHI_DATA=str(tmp_path))
    assert result.exit_code in (1, 2) and "Traceback" not in result.output and result.output


def test_another_kind_is_a_finding(tmp_path: Path) -> None:
    material = {
        "kind": "material",
        "code": "x",
        "title": {"zh": "一", "en": "a"},
        "formats": ["pdf"],
        "max_size_mb": 1,
        "max_count": 1,
        "original": "copy",
    }
    result = run(written(tmp_path / "m.json", material), "--generated", 5, YIJIANSHI_DATA=str(tmp_path))
    assert result.exit_code == 1 and "/kind" in result.output


def test_nothing_to_compare_with_and_another_secret_are_misuse(
    tmp_path: Path, store_url: str, numbers: list[str], draft: Path
) -> None:
    other = written(tmp_path / "other.json", {**draft_of(CODE), "code": "unheard-of"})
    assert run(other, "--database", store_url).exit_code == 2
    sealed = run(draft, "--database", store_url, YIJIANSHI_SECRET="another secret than the first one was")
    assert sealed.exit_code == 2 and "YIJIANSHI_SECRET" in sealed.output
