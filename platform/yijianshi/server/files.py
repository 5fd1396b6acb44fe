"""Definitions in files: found, read and told apart, every problem with its file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..core.checks import Source
from ..core.definitions.canonical import MalformedJson, loads
from ..core.definitions.library import Library
from ..core.definitions.pointer import join
from ..core.definitions.types import Problem, text

MAX_FILE_BYTES = 5_000_000
_CODE = re.compile(rb'"code"\s*:\s*"([a-z0-9._-]{1,80})"')
_SKIPPED = {"meta", "regions", "calendars", "catalogue", "settings", "node_modules", ".git"}


def root() -> Path:
    """Give the folder that holds schemas/, rules/ and ui/: YIJIANSHI_HOME, or the checkout itself."""
    home = os.environ.get("YIJIANSHI_HOME")
    return Path(home) if home else Path(__file__).resolve().parents[3]


def definition_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the definition files under the paths, sorted; a folder's data files are passed over."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*.json")):
                inner = file.relative_to(path).parts[:-1]
                if not _SKIPPED.intersection(inner) and not file.name.endswith(
                    (".cases.json", ".schema.json")
                ):
                    yield file
        else:
            yield path


def read_json(path: Path, limit: int = MAX_FILE_BYTES) -> Any:
    """Read one JSON file strictly; raises MalformedJson with the file named, also for a missing file."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= limit else b" " * (limit + 1)
    except OSError as error:
        raise MalformedJson(
            Problem(
                "",
                "unreadable",
                text(f"无法读取文件：{error.strerror}", f"the file cannot be read: {error.strerror}"),
                text("请检查路径和权限", "check the path and the permissions"),
                str(path),
            )
        ) from error
    try:
        return loads(data, limit)
    except MalformedJson as error:
        raise MalformedJson(error.problem.at(str(path))) from error


def read_sources(paths: Iterable[Path]) -> tuple[list[Source], list[Problem]]:
    """Read every definition under the paths; a file may hold one document or a list of them."""
    sources: list[Source] = []
    problems: list[Problem] = []
    for file in definition_files(paths):
        try:
            content = read_json(file)
        except MalformedJson as error:
            problems.append(error.problem)
            continue
        if isinstance(content, list):
            sources += [Source(str(file), document, join(index)) for index, document in enumerate(content)]
        else:
            sources.append(Source(str(file), content))
    return sources, problems


def codes_in(path: Path) -> set[str]:
    """Give the codes that a file which is no JSON seems to hold."""
    try:
        data = path.read_bytes()[:MAX_FILE_BYTES]
    except OSError:
        return set()
    return {found.decode() for found in _CODE.findall(data)}


def meta_schemas(home: Path | None = None) -> dict[str, Any]:
    """Read the meta-schemas by kind."""
    folder = (home or root()) / "schemas" / "meta"
    return {
        path.name.removesuffix(".schema.json"): read_json(path)
        for path in sorted(folder.glob("*.schema.json"))
    }


def shipped_paths(home: Path | None = None) -> list[Path]:
    """Give the folders of the shipped definitions."""
    base = home or root()
    return [base / "schemas", base / "rules"]


def shipped_library(home: Path | None = None) -> Library:
    """Read the shipped definitions as a library; raises MalformedJson for a broken file."""
    sources, problems = read_sources(shipped_paths(home))
    if problems:
        raise MalformedJson(problems[0])
    return Library.of(source.document for source in sources)
