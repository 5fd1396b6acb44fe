"""Every problem of a set of definitions, found in one run.

What is checked, in this order: the kind and its meta-schema; codes used twice; references that lead
nowhere; texts still to be written; then the laws of each kind (see ``matters``, ``bundles`` and
``rulesets`` beside this module), elements first, bundles last.

Every law is tried on every document, however broken, and on what refers to it. A finding makes its
place *broken* (see ``whole``): a law reads only what is whole, leaves out what is broken, and says
nothing where the part that it needs is broken or where what is broken may be the very thing that it
misses (a matter that is not there may hold the field that a section lists). So in one run every slip is
found that can be told from what is written, and one slip gives one finding. What a law cannot be held
against is only the very part that another finding stands on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..definitions.library import KINDS, Library, references
from ..definitions.plain import plain, shown
from ..definitions.types import Json, Problem, text
from .bundles import check_bundle
from .elements import check_element
from .findings import examine, meta_registry
from .matters import check_matter
from .rulesets import check_ruleset
from .unfinished import unfinished
from .whole import Key, Part, Shelf

_LAWS = {
    "element": check_element,
    "matter": check_matter,
    "ruleset": check_ruleset,
    "bundle": check_bundle,
}
"""What is looked at in the order that it is built of."""


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
    return examine_all(sources, metas, known)[0]


def examine_all(
    sources: Iterable[Source],
    metas: Mapping[str, Json],
    known: Library | None = None,
    unread: Iterable[str] = (),
) -> tuple[list[Problem], Shelf]:
    """Check documents together as ``check`` does; gives also the definitions with what is broken in them.

    ``unread`` are codes in files that could not be read: what refers to them does not lead nowhere.
    """
    found: list[Problem] = []
    registry = meta_registry(metas)
    looked_at: list[tuple[Source, Part]] = []
    misnamed = set(unread)
    for source in sources:
        problems = _kind(source)
        if problems:
            found += problems
            misnamed |= _codes(source.document)
            continue
        examined = examine(source.document, metas[source.document["kind"]], registry)
        found += [problem.at(source.file, source.pointer) for problem in examined.problems]
        if "" not in examined.broken:
            document = plain(source.document) if examined.broken else source.document
            looked_at.append((source, Part(document, examined.broken)))
    named = [(source, part) for source, part in looked_at if part.text("/code") is not None]
    found += _twice([source for source, _ in named])
    library = (known or Library({})).with_(part.document for _, part in named)
    shelf = Shelf(library, {_key(part): part.broken for _, part in named}, frozenset(misnamed))
    for source, part in looked_at:
        problems = [*dangling(part, shelf), *(p for p in unfinished(part.document) if part.stands(p.pointer))]
        found += [problem.at(source.file, source.pointer) for problem in problems]
    for kind, laws in _LAWS.items():
        learnt: list[tuple[Part, list[Problem]]] = []
        for source, part in looked_at:
            if part.document["kind"] == kind:
                problems = laws(part, shelf)
                found += [problem.at(source.file, source.pointer) for problem in problems]
                learnt.append((part, problems))
        for part, problems in learnt:
            if part.text("/code") is not None:
                shelf.learn(_key(part), problems)
    return sorted(set_of(found), key=lambda p: (p.file or "", p.pointer, p.code)), shelf


def set_of(problems: Iterable[Problem]) -> list[Problem]:
    """Drop findings that are the same in every word."""
    return list({(p.file, p.pointer, p.code, p.message["en"]): p for p in problems}.values())


def _kind(source: Source) -> list[Problem]:
    """Find out whether a document is none, or of no known kind: then nothing else can be said of it."""
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
                text(f"未知的文档种类“{shown(str(kind))[:40]}”", f"unknown kind {str(kind)[:40]!r}"),
                text("可取：" + "、".join(KINDS), "use one of: " + ", ".join(KINDS)),
                source.file,
            )
        ]
    return []


def _codes(document: Json) -> set[str]:
    code = document.get("code") if isinstance(document, Mapping) else None
    return {code} if isinstance(code, str) else set()


def _key(part: Part) -> Key:
    return part.document["kind"], part.document["code"]


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


def dangling(part: Part, shelf: Shelf) -> list[Problem]:
    """Find references of a document that lead nowhere."""
    names = {"element": "数据元", "material": "材料", "matter": "事项", "ruleset": "规则集"}
    return [
        Problem(
            pointer,
            "dangling-reference",
            text(f"引用的{names.get(kind, kind)}“{code}”不存在", f"there is no {kind} {code!r}"),
            text("请先定义它，或改正编码", "define it first, or correct the code"),
        )
        for kind, code, pointer in references(part.document)
        if part.stands(pointer) and not shelf.library.has(kind, code) and code not in shelf.misnamed
    ]
