"""``yijianshi compose BUNDLE``: the merged form, materials, plan and savings of a bundle."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ..core.bundles.compose import Composition, CompositionError, compose
from ..core.bundles.describe import describe
from ..core.definitions.canonical import MalformedJson
from ..core.definitions.library import Library, UnknownReference
from ..server.files import read_sources, shipped_paths
from .output import FINDINGS, as_json, language, misuse, print_json, print_problems


def load_library(paths: tuple[Path, ...], lang: str) -> Library:
    """Read the definitions under ``paths`` (default: the shipped ones), or stop with the problems."""
    try:
        sources, problems = read_sources(paths or shipped_paths())
    except MalformedJson as error:
        sources, problems = [], [error.problem]
    if problems:
        print_problems(problems, lang)
        sys.exit(FINDINGS)
    return Library.of(s.document for s in sources if isinstance(s.document, dict) and "kind" in s.document)


def load_composition(code: str, paths: tuple[Path, ...], lang: str) -> Composition:
    """Compose a bundle by its code, or stop saying why it cannot be."""
    library = load_library(paths, lang)
    if not library.has("bundle", code):
        known = "、".join(str(doc["code"]) for doc in library.all("bundle")) or "-"
        misuse(
            f"没有编码为“{code}”的一件事。已有：{known}", f"there is no bundle {code!r}. There are: {known}"
        )
    try:
        return compose(library, code)
    except CompositionError as error:
        print_problems(error.problems, lang)
        sys.exit(FINDINGS)
    except UnknownReference as error:
        click.echo(error.text["en" if lang == "en" else "zh"], err=True)
        sys.exit(FINDINGS)


definitions_option = click.option(
    "--definitions",
    "paths",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="folder or file with definitions (default: the shipped ones; may be given more than once)",
)


@click.command("compose")
@click.argument("bundle")
@definitions_option
@as_json
@language
def command(bundle: str, paths: tuple[Path, ...], as_json: bool, lang: str) -> None:
    """Print the merged form, the materials and why, the parallel plan, and the savings of BUNDLE."""
    composition = load_composition(bundle, paths, lang)
    result = describe(composition)
    if as_json:
        print_json(result)
    else:
        click.echo(as_text(composition, result, lang))


def as_text(composition: Composition, result: Mapping[str, Any], lang: str) -> str:
    """Print a composition for a reader at a terminal."""
    zh = lang == "zh"
    lines = [f"{result['title'][lang]}  ({result['bundle']})", ""]
    lines.append(
        f"一、表单（{len(composition.fields)} 项）" if zh else f"1. Form ({len(composition.fields)} fields)"
    )
    for section in result["form"]["sections"]:
        same = ("（接上页）" if zh else " (same page)") if section["continues"] else ""
        lines.append(f"  {section['title'][lang]}{same}")
        for field in section["fields"]:
            users = "、".join(_user(composition, u, lang) for u in field["used_by"])
            lines.append(f"    {field['title'][lang]}  [{field['type']}]  {field['pointer']}  ← {users}")
    asked = [m for m in result["materials"] if m["asked"]]
    spared = [m for m in result["materials"] if not m["asked"]]
    lines += ["", f"二、材料（需提交 {len(asked)} 份）" if zh else f"2. Materials ({len(asked)} to hand in)"]
    for number, material in enumerate(asked, 1):
        lines.append(f"  {number:>2}. {_material(composition, material, lang)}")
    lines.append(f"  不再提交 {len(spared)} 份：" if zh else f"  No longer asked for ({len(spared)}):")
    lines += [f"      {_material(composition, material, lang)}" for material in spared]
    lines += ["", "三、并联计划" if zh else "3. Parallel plan"]
    for stage, codes in enumerate(result["plan"]["stages"], 1):
        names = "、".join(composition.matters[code]["title"][lang] for code in codes)
        lines.append(f"  {'第' if zh else 'stage '}{stage}{'步' if zh else ''}  {names}")
    path = " → ".join(composition.matters[code]["title"][lang] for code in result["plan"]["critical_path"])
    days = _days(result["plan"]["days"], zh)
    lines.append(f"  {'关键路径' if zh else 'Critical path'}: {path}（{days}）")
    lines += ["", "四、成效（由定义计算）" if zh else "4. Savings (computed from the definitions)"]
    measures = {
        "materials": ("材料", "materials"),
        "days": ("时限（工作日）", "working days"),
        "steps": ("环节", "steps"),
        "visits": ("跑动次数", "visits"),
    }
    for measure, entry in result["savings"].items():
        mark = "" if entry["verified"] else ("  ［基线待核实］" if zh else "  [baseline not verified]")
        now = _days(entry["after"], zh) if measure == "days" else entry["after"]
        lines.append(
            f"  {measures[measure][0 if zh else 1]}: {entry['before']} → {now}, {entry['percent']}"
            f"  = {entry['formula'][lang]}{mark}"
        )
    return "\n".join(lines)


def _days(days: int, zh: bool) -> str:
    if days == 0:
        return "当日" if zh else "same day"
    return f"{days} 日" if zh else f"{days} days"


def _user(composition: Composition, code: str, lang: str) -> str:
    if code in composition.matters:
        return str(composition.matters[code]["title"][lang])
    return "情形引导" if lang == "zh" else "situations"


def _material(composition: Composition, material: Mapping[str, Any], lang: str) -> str:
    users = "、".join(_user(composition, use["matter"], lang) for use in material["uses"])
    return f"{material['title'][lang]} — {material['why'][lang]} ← {users}"
