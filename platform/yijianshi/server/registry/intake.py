"""Documents as people send them: uploaded files and text typed into a page."""

from __future__ import annotations

from collections.abc import Iterable

from ...core.checks import Source
from ...core.definitions.canonical import MalformedJson, loads
from ...core.definitions.pointer import join
from ...core.definitions.types import Json, Problem, text

MAX_BYTES = 2_000_000
"""The largest file of definitions taken through a page or the API."""

MAX_DOCUMENTS = 500
"""More documents than this at once go through the command line."""


def read_files(files: Iterable[tuple[str, bytes]]) -> tuple[list[Source], list[Problem]]:
    """Read (name, content) of JSON files; each holds one document or a list of them."""
    sources: list[Source] = []
    problems: list[Problem] = []
    for name, content in files:
        if not content.strip():
            problems.append(empty(name))
            continue
        try:
            value = loads(content, MAX_BYTES)
        except MalformedJson as error:
            problems.append(error.problem.at(name))
            continue
        if isinstance(value, list):
            sources += [Source(name, document, join(index)) for index, document in enumerate(value)]
        else:
            sources.append(Source(name, value))
    if len(sources) > MAX_DOCUMENTS:
        problems.append(too_many(len(sources)))
        sources = []
    if not sources and not problems:
        problems.append(
            Problem(
                "",
                "nothing-sent",
                text("没有收到任何定义", "no definition was sent"),
                text("请选择至少一个 JSON 或 Excel 文件", "choose at least one JSON or Excel file"),
            )
        )
    return sources, problems


def empty(name: str) -> Problem:
    """Give the finding of a file with nothing in it."""
    return Problem(
        "",
        "empty-file",
        text("文件是空的", "the file is empty"),
        text("请重新导出，再选择文件", "export it anew, and choose that file"),
        name,
    )


def too_many(count: int) -> Problem:
    """Give the finding of more documents than are taken at once."""
    return Problem(
        "",
        "too-many-documents",
        text(
            f"一次至多导入 {MAX_DOCUMENTS} 份定义（收到 {count} 份）",
            f"at most {MAX_DOCUMENTS} definitions at once ({count} were sent)",
        ),
        text(
            "请分批导入，或使用命令 yijianshi import",
            "split them, or use the command yijianshi import",
        ),
    )


def read_text(content: str, name: str) -> tuple[Json, list[Problem]]:
    """Read one document from text; (None, problems) when it is not JSON."""
    try:
        return loads(content, MAX_BYTES), []
    except MalformedJson as error:
        return None, [error.problem.at(name)]
