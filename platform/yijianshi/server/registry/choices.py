"""What to do with each document of an import that is there already: take it, leave it, or keep both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...core.checks import Source
from ...core.definitions.kinds import by_code
from ...core.definitions.library import ELEMENT_URN, references
from ...core.definitions.pointer import get, put
from ...core.definitions.types import Problem, text
from .model import ImportReport, key_of

TAKE, SKIP, COPY = "take", "skip", "copy"

Choices = Mapping[str, str]
"""``kind:code`` → ``take``, ``skip``, or ``copy:`` and the code of the copy."""


CHOOSING = ("draft-of-another", "choice-needed", "no-copy", "unknown-choice")
"""What is found of an import that other choices mend."""


def collisions(report: ImportReport) -> list[str]:
    """Give the ``kind:code`` of every document of an import that meets something different already there."""
    found = [key_of(change.kind, change.code) for change in report.changes if change.status == "changed"]
    held = {problem.pointer for problem in report.problems if problem.code == "draft-of-another"}
    others = [key_of(c.kind, c.code) for c in report.changes if c.status == "new"] if held else []
    return sorted({*found, *others})


def chosen(sources: Sequence[Source], choices: Choices) -> tuple[list[Source], list[Problem]]:
    """Carry choices out: leave documents out, or give them another code, in what refers to them too.

    A document without a choice is taken. Elements cannot be copied: their code is their place in every form.
    """
    problems: list[Problem] = []
    kept: list[Source] = []
    codes: dict[tuple[str, str], str] = {}
    for source in sources:
        kind, code = _named(source.document)
        choice = choices.get(key_of(kind, code), TAKE)
        if choice == SKIP:
            continue
        if choice.startswith(COPY + ":"):
            codes[kind, code] = choice.removeprefix(COPY + ":").strip()
        elif choice != TAKE:
            problems.append(_unknown(source, choice))
        kept.append(source)
    problems += [_no_copy(source) for source in kept if _bad_copy(source, codes)]
    if problems:
        return [], problems
    return [replace(source, document=_renamed(source.document, codes)) for source in kept], []


def missing(report: ImportReport, choices: Choices) -> list[Problem]:
    """Find the collisions for which nothing was chosen."""
    return [
        Problem(
            "",
            "choice-needed",
            text(f"{named['zh']}已存在且内容不同", f"the {named['en']} is there already and differs"),
            text(
                "请选择：用导入的内容、保留现有的，或另存为新编码",
                "choose: take the imported one, keep yours, or keep both under another code",
            ),
        )
        for key in collisions(report)
        if key not in choices
        for named in [by_code(*key.split(":", 1))]
    ]


def read_choices(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Read the choices of a form: ``choice:kind:code`` and, for copies, ``code:kind:code``."""
    given = dict(pairs)
    found: dict[str, str] = {}
    for name, value in given.items():
        if name.startswith("choice:") and value:
            key = name.removeprefix("choice:")
            found[key] = f"{COPY}:{given.get(f'code:{key}', '').strip()}" if value == COPY else value
    return found


def _named(document: Any) -> tuple[str, str]:
    if not isinstance(document, Mapping):
        return "", ""
    return str(document.get("kind")), str(document.get("code"))


def _bad_copy(source: Source, codes: Mapping[tuple[str, str], str]) -> bool:
    key = _named(source.document)
    return key in codes and (key[0] == "element" or not codes[key] or codes[key] == key[1])


def _renamed(document: Any, codes: Mapping[tuple[str, str], str]) -> Any:
    """Give a document in which it, and what it refers to, have their new codes."""
    key = _named(document)
    if not codes or not isinstance(document, Mapping):
        return document
    result: Any = document
    for kind, code, pointer in references(document):
        new = codes.get((kind, code))
        if new is not None:
            old = get(result, pointer)
            result = put(result, pointer, ELEMENT_URN + new if str(old).startswith(ELEMENT_URN) else new)
    if key[0] == "bundle":
        result = _after(result, codes)
    return {**result, "code": codes[key]} if key in codes else result


def _after(bundle: Any, codes: Mapping[tuple[str, str], str]) -> Any:
    matters = [
        {**part, "after": [codes.get(("matter", code), code) for code in part["after"]]}
        if "after" in part
        else part
        for part in bundle.get("matters", ())
    ]
    return {**bundle, "matters": matters}


def _unknown(source: Source, choice: str) -> Problem:
    return Problem(
        source.pointer,
        "unknown-choice",
        text(f"未知的选择“{choice[:40]}”", f"unknown choice {choice[:40]!r}"),
        text("可取：take、skip、copy:新编码", "use take, skip, or copy:new-code"),
        source.file,
    )


def _no_copy(source: Source) -> Problem:
    if _named(source.document)[0] == "element":
        message = text(
            "数据元不能另存：它的编码就是它在表单中的位置",
            "an element cannot be copied: its code is its place in every form",
        )
        remedy = text("请改选用导入的内容，或保留现有的", "take the imported one, or keep what is there")
    else:
        message = text("另存时没有填写不同的新编码", "no other code was written for the copy")
        remedy = text("请填写新编码，或改选其他处理方式", "write another code, or choose otherwise")
    return Problem(source.pointer, "no-copy", message, remedy, source.file)
