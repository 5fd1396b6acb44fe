"""Every problem of a set of definitions, found in one run.

What is checked, in this order: the kind and its meta-schema; codes used twice; references
that lead nowhere; then, for each document that has come so far whole, the laws of its kind
(see ``matters``, ``bundles`` and ``rulesets`` beside this module). A later check leaves out what
an earlier one has already found broken, so that one slip gives one finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..definitions.library import KINDS, Library, references
from ..definitions.types import Json, Problem, text
from .bundles import check_bundle
from .findings import meta_findings, meta_registry
from .matters import check_element, check_matter
from .rulesets import check_ruleset
from .unfinished import unfinished


@dataclass(frozen=True, slots=True)
class Source:
    """One document and where it came from; ``pointer`` is its place in the file (for a file with several)."""

    file: str
    document: Json
    pointer: str = ""


def check(
    sources: Iterable[Source], metas: Mapping[str, Json], known: Library | None = None
) -> list[Problem]:
    """Check documents together; ``known`` are definitions that already exist and may be referred to.

    Gives findings sorted by file and pointer; errors, warnings and notes together.
    """
    sources = list(sources)
    found: list[Problem] = []
    registry = meta_registry(metas)
    sound: list[Source] = []
    for source in sources:
        problems = _shape(source, metas, registry)
        found += problems
        if not any(problem.severity == "error" for problem in problems):
            sound.append(source)
    found += _twice(sound)
    library = (known or Library({})).with_(s.document for s in sound)
    broken: set[tuple[str, str]] = set()
    for source in sound:
        problems = dangling(source.document, library)
        found += [p.at(source.file, source.pointer) for p in problems]
        found += [p.at(source.file, source.pointer) for p in unfinished(source.document)]
        if problems:
            broken.add((source.document["kind"], source.document["code"]))
    broken |= _inherited(broken, library)
    checks = {
        "element": check_element,
        "matter": check_matter,
        "bundle": check_bundle,
        "ruleset": check_ruleset,
    }
    for source in sound:
        document = source.document
        key = (document["kind"], document["code"])
        if key in broken:
            continue
        if key[0] in checks:
            problems = checks[key[0]](document, library)
            found += [p.at(source.file, source.pointer) for p in problems]
    return sorted(set_of(found), key=lambda p: (p.file or "", p.pointer, p.code))


def set_of(problems: Iterable[Problem]) -> list[Problem]:
    """Drop findings that are the same in every word."""
    return list({(p.file, p.pointer, p.code, p.message["en"]): p for p in problems}.values())


def _shape(source: Source, metas: Mapping[str, Json], registry: object) -> list[Problem]:
    document = source.document
    if not isinstance(document, Mapping):
        return [
            Problem(
                source.pointer,
                "no-document",
                text(
                    "这不是一个定义文档（应为 JSON 对象）", "this is no definition (a JSON object is wanted)"
                ),
                text(
                    "请按 docs/definitions.md 的示例编写", "write it like the examples in docs/definitions.md"
                ),
                source.file,
            )
        ]
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return [
            Problem(
                source.pointer + "/kind",
                "unknown-kind",
                text(f"未知的文档种类“{str(kind)[:40]}”", f"unknown kind {str(kind)[:40]!r}"),
                text("可取：" + "、".join(KINDS), "use one of: " + ", ".join(KINDS)),
                source.file,
            )
        ]
    return [
        p.at(source.file, source.pointer)
        for p in meta_findings(document, metas[kind], registry)  # type: ignore[arg-type]
    ]


def _twice(sources: list[Source]) -> list[Problem]:
    first: dict[tuple[str, str], Source] = {}
    found = []
    for source in sources:
        key = (source.document["kind"], source.document["code"])
        if key in first:
            found.append(
                Problem(
                    source.pointer + "/code",
                    "duplicate-code",
                    text(
                        f"编码“{key[1]}”已在 {first[key].file} 中使用",
                        f"the code {key[1]!r} is already used in {first[key].file}",
                    ),
                    text("请改用另一个编码，或删去其中一份", "choose another code, or remove one of the two"),
                    source.file,
                )
            )
        first.setdefault(key, source)
    return found


def dangling(document: Mapping[str, Json], library: Library) -> list[Problem]:
    """Find references of a document that lead nowhere in the library."""
    names = {"element": "数据元", "material": "材料", "matter": "事项", "ruleset": "规则集"}
    return [
        Problem(
            pointer,
            "dangling-reference",
            text(f"引用的{names.get(kind, kind)}“{code}”不存在", f"there is no {kind} {code!r}"),
            text("请先定义它，或改正编码", "define it first, or correct the code"),
        )
        for kind, code, pointer in references(document)
        if not library.has(kind, code)
    ]


def _inherited(broken: set[tuple[str, str]], library: Library) -> set[tuple[str, str]]:
    """Everything that stands, directly or not, on a broken document."""
    spread: set[tuple[str, str]] = set()
    waiting = list(broken)
    while waiting:
        for user in library.users(*waiting.pop()):
            if user not in spread and user not in broken:
                spread.add(user)
                waiting.append(user)
    return spread
