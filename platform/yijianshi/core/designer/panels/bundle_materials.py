"""The one set of materials of a bundle: what is handed in once, and what no longer, and why."""

from __future__ import annotations

from html import escape

from ...bundles.compose import Composition
from ...bundles.materials import MergedMaterial
from ...definitions.types import Text, text
from ...forms.html import tag
from ..bundles import titled
from ..composing import composed
from ..controls import of
from ..desk import Desk
from ..parts import Part
from .bundle_clashes import unfinished
from .panel import Panel

NEEDS: dict[str, Text] = {
    "required": text("必须", "required"),
    "deferrable": text("可容缺", "may come later"),
    "optional": text("可选", "optional"),
    "conditional": text("按规则", "by rule"),
}


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the merged materials with every matter active."""
    made = composed(desk)
    if made.composition is None:
        return unfinished(desk, made.problems)
    merged = made.composition.materials_for(made.composition.matters)
    asked = [material for material in merged if material.asked]
    spared = [material for material in merged if not material.asked]
    return (
        _summary(desk, made.composition, asked, spared),
        _list(
            desk,
            "asked",
            desk.word("申请人提交", "Handed in by the applicant"),
            asked,
            desk.word("没有需要提交的材料。", "Nothing has to be handed in."),
        ),
        _list(
            desk,
            "spared",
            desk.word("不再需要提交", "No longer handed in"),
            spared,
            desk.word("没有免交的材料。", "Nothing is spared."),
        ),
        _conditional(desk, made.composition),
    )


def _summary(
    desk: Desk, composition: Composition, asked: list[MergedMaterial], spared: list[MergedMaterial]
) -> Part:
    uses = sum(len(matter.get("materials", ())) for matter in composition.matters.values())
    shared = sum(len(material.uses) > 1 for material in (*asked, *spared))
    said = desk.word(
        f"各事项共列 {uses} 份材料，合并后提交 {len(asked)} 份，{shared} 份由多个事项共用，{len(spared)} 份免交。",
        f"The matters list {uses} materials; {len(asked)} are handed in, {shared} serve several matters, "
        f"{len(spared)} are spared.",
    )
    return Part("dz-mat-sum", escape(said), "p", {"class": "dz-lead"})


def _list(desk: Desk, name: str, title: str, materials: list[MergedMaterial], empty: str) -> Part:
    head = Part(f"dz-mat-{name}-head", escape(f"{title} ({len(materials)})"), "h2", {"class": "h3"})
    if not materials:
        return Part(
            f"dz-mat-{name}", (head, Part(f"dz-mat-{name}-none", escape(empty), "p", {"class": "dz-b-empty"}))
        )
    items = tuple(_material(desk, material) for material in materials)
    return Part(
        f"dz-mat-{name}", (head, Part(f"dz-mat-{name}-list", items, "ul", {"class": "dz-b-rows"})), "section"
    )


def _material(desk: Desk, material: MergedMaterial) -> Part:
    users = desk.word("、", ", ").join(
        dict.fromkeys(desk.say(titled(desk.ground.library, "matter", use.matter)) for use in material.uses)
    )
    name = tag("a", {"href": f"/designer/material/{material.code}"}, of(desk, material.title))
    need = tag("span", {"class": "badge dz-shared"}, of(desk, NEEDS[material.need]))
    why = tag("p", {"class": "dz-why"}, of(desk, material.why))
    used = (
        tag("p", {"class": "dz-users"}, escape(desk.word(f"用于：{users}", f"used by: {users}")))
        if users
        else ""
    )
    return Part(f"dz-mat-m-{material.code}", f"<div>{name} {need}</div>{why}{used}", "li")


def _conditional(desk: Desk, composition: Composition) -> Part:
    """List the materials that only a rule asks for."""
    shown = {material.code for material in composition.materials_for(composition.matters)}
    waiting: dict[str, list[str]] = {}
    for code, matter in composition.matters.items():
        for use in matter.get("materials", ()):
            if use["necessity"] == "conditional" and use["material"] not in shown:
                waiting.setdefault(use["material"], []).append(code)
    for code in composition.package["materials"]:
        if code not in shown:
            waiting.setdefault(code, [])
    if not waiting:
        return Part("dz-mat-rule", "")
    head = tag(
        "h2",
        {"class": "h3"},
        escape(desk.word("按规则才需要", "Only where a rule asks") + f" ({len(waiting)})"),
    )
    items = "".join(
        tag(
            "li",
            {},
            tag(
                "a",
                {"href": f"/designer/material/{code}"},
                of(desk, titled(desk.ground.library, "material", code)),
            )
            + "".join(
                tag("p", {"class": "dz-users"}, of(desk, titled(desk.ground.library, "matter", owner)))
                for owner in owners
            ),
        )
        for code, owners in sorted(waiting.items())
    )
    return Part("dz-mat-rule", head + tag("ul", {"class": "dz-b-rows"}, items), "section")


PANEL = Panel("materials", text("材料", "Materials"), show)
