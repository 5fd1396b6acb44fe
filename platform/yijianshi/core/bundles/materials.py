"""The one set of materials: each document handed in once, or not at all.

A material that several matters use is asked for once. A material that a sibling matter
of the same case produces, or that data sharing provides, is not asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..definitions.types import Json, Text, text

Need = Literal["required", "deferrable", "optional", "conditional"]
Reason = Literal["applicant", "commitment", "shared", "produced", "form", "waived", "not-needed"]

_STRENGTH: dict[str, int] = {"required": 3, "deferrable": 2, "conditional": 1, "optional": 0}

OBTAINED: dict[str, Text] = {
    "applicant": text("申请人提交一次", "handed in once by the applicant"),
    "commitment": text("可用承诺书代替，提交一次", "a written commitment, handed in once"),
    "shared": text("通过数据共享获取，免提交", "fetched through data sharing, nothing to hand in"),
    "produced": text("由同一办件的其他事项产生，免提交", "produced by a sibling matter, nothing to hand in"),
    "form": text("已并入申请表，免单独提交", "part of the one form, nothing to hand in"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """One matter's use of a material, as its definition says."""

    matter: str
    necessity: Need
    obtain: str
    reason: Text | None
    basis: str | None

    def to_json(self) -> dict[str, Json]:
        """Give the use as JSON."""
        result: dict[str, Json] = {
            "matter": self.matter,
            "necessity": self.necessity,
            "obtain": self.obtain,
        }
        if self.reason:
            result["reason"] = dict(self.reason)
        if self.basis:
            result["basis"] = self.basis
        return result


@dataclass(frozen=True, slots=True)
class MergedMaterial:
    """One material of the bundle: who uses it, whether it is asked for, and why or why not."""

    code: str
    title: Text
    uses: tuple[Use, ...]
    need: Need
    obtain: Reason
    why: Text
    produced_by: str | None = None

    @property
    def asked(self) -> bool:
        """Tell whether the applicant is asked to hand it in."""
        return self.obtain in ("applicant", "commitment")

    def to_json(self) -> dict[str, Json]:
        """Give the material as JSON, as ``compose --json`` prints it."""
        return {
            "code": self.code,
            "title": dict(self.title),
            "asked": self.asked,
            "need": self.need,
            "obtain": self.obtain,
            "why": dict(self.why),
            "produced_by": self.produced_by,
            "uses": [use.to_json() for use in self.uses],
        }


def merge_materials(
    matters: Sequence[Mapping[str, Any]],
    documents: Mapping[str, Mapping[str, Any]],
    required: Collection[str] = (),
    waived: Collection[str] = (),
) -> list[MergedMaterial]:
    """Merge what ``matters`` (definitions of the active ones) need into one list, by code.

    ``documents`` are the material definitions by code; ``required`` and ``waived`` the
    materials that rules ask for or waive. A conditional material is left out unless a
    rule requires it. The result does not depend on the order of ``matters``.
    """
    uses: dict[str, list[Use]] = {}
    producers: dict[str, str] = {}
    for matter in sorted(matters, key=lambda m: str(m["code"])):
        for use in matter.get("materials", ()):
            uses.setdefault(use["material"], []).append(
                Use(matter["code"], use["necessity"], use["obtain"], use.get("reason"), use.get("basis"))
            )
        for result in matter.get("results", ()):
            if "material" in result:
                producers.setdefault(result["material"], matter["code"])
    for code in required:
        uses.setdefault(code, [])
    titles = {matter["code"]: matter["title"] for matter in matters}
    merged = []
    for code in sorted(uses):
        # what only a sibling could produce is not needed in a case that does not have that sibling
        real = tuple(use for use in uses[code] if use.obtain != "produced" or code in producers)
        if real or code in required:
            maker = producers.get(code)
            one = _merge_one(documents[code], real, maker, code in required, code in waived, titles)
            merged.append(one)
    return [m for m in merged if m.need != "conditional"]


def _merge_one(
    document: Mapping[str, Any],
    uses: tuple[Use, ...],
    producer: str | None,
    required: bool,
    waived: bool,
    titles: Mapping[str, Text],
) -> MergedMaterial:
    need: Need = max((use.necessity for use in uses), key=_STRENGTH.__getitem__, default="required")
    if required:
        need = "required"
    obtain = _obtain(document, uses, producer, waived)
    made_by = producer if obtain == "produced" else None
    return MergedMaterial(
        document["code"],
        document["title"],
        uses,
        need,
        obtain,
        _why(obtain, uses, document, titles[made_by] if made_by else None),
        made_by,
    )


def _obtain(document: Mapping[str, Any], uses: tuple[Use, ...], producer: str | None, waived: bool) -> Reason:
    if waived:
        return "waived"
    if producer and any(use.matter != producer for use in uses):
        return "produced"
    ways = {use.obtain for use in uses}
    if "shared" in ways or (document.get("shared_source") and "applicant" not in ways):
        return "shared"
    if ways and ways <= {"form"}:
        return "form"
    return "commitment" if ways == {"commitment"} else "applicant"


def _why(obtain: Reason, uses: tuple[Use, ...], document: Mapping[str, Any], producer: Text | None) -> Text:
    if obtain == "waived":
        return text("按规则免予提交", "waived by a rule")
    if obtain == "shared" and "shared_source" in document:
        source = document["shared_source"]
        return text(
            f"{OBTAINED['shared']['zh']}（{source['system']['zh']}）",
            f"{OBTAINED['shared']['en']} ({source['system']['en']})",
        )
    if obtain == "produced" and producer is not None:
        return text(
            f"{OBTAINED['produced']['zh']}（{producer['zh']}）",
            f"{OBTAINED['produced']['en']} ({producer['en']})",
        )
    count = len({use.matter for use in uses})
    if obtain == "form":
        return OBTAINED["form"]
    base = OBTAINED[obtain]
    if count > 1:
        return text(f"{base['zh']}，{count} 个事项共用", f"{base['en']}, used by {count} matters")
    return base
