"""What every document must be before the registry takes it in at all."""

from __future__ import annotations

import re

from ...core.definitions.canonical import canonical
from ...core.definitions.library import KINDS
from ...core.definitions.types import Json, Problem, text
from . import refusals

_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)


def identify(document: Json) -> tuple[str, str]:
    """Give kind and code of a document; Refusal 422 when it has none that can be stored."""
    kind = document.get("kind") if isinstance(document, dict) else None
    code = document.get("code") if isinstance(document, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise refusals.broken(
            [
                Problem(
                    "/kind",
                    "unknown-kind",
                    text("文档没有写明种类，或种类未知", "the document names no known kind"),
                    text("“kind”可取：" + "、".join(KINDS), '"kind" is one of: ' + ", ".join(KINDS)),
                )
            ]
        )
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise refusals.broken(
            [
                Problem(
                    "/code",
                    "bad-code",
                    text(
                        "文档没有编码，或编码的写法不对",
                        "the document has no code, or not of the form wanted",
                    ),
                    text(
                        "编码由小写字母、数字、点、下划线和短横线组成，至多 100 个字符",
                        "a code is lower-case letters, digits, dots, underscores and hyphens, at most 100",
                    ),
                )
            ]
        )
    return kind, code


def guard(document: Json) -> None:
    """Refuse (422) a document with text that cannot be stored, or with what is no JSON."""
    problem = unstorable(document)
    if problem is not None:
        raise refusals.broken([problem])


def unstorable(document: Json) -> Problem | None:
    """Tell why a document cannot be stored: a lone surrogate, U+0000, or no JSON at all."""
    try:
        spelled = canonical(document).decode()
    except ValueError:
        return _problem(
            "文档含有无法存储的字符或数值", "the document holds text or a number that cannot be stored"
        )
    # canonical JSON spells a backslash of the text as two, so an odd one belongs to the escape
    if re.search(r"(?<!\\)(?:\\\\)*\\u0000", spelled):
        return _problem("文档含有空字符（U+0000）", "the document holds the null character (U+0000)")
    return None


def _problem(zh: str, en: str) -> Problem:
    return Problem("", "unstorable", text(zh, en), text("请删去该字符或数值", "remove it"))
