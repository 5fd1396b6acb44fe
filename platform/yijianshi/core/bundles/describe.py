"""A composed bundle told as data: its matters, form, materials with why, plan, and savings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .compose import Composition
from .pages import continuing


def describe(composition: Composition) -> dict[str, Any]:
    """Describe a composition with every matter active: what ``compose --json`` prints."""
    codes = list(composition.matters)
    return {
        "bundle": composition.bundle["code"],
        "title": dict(composition.bundle["title"]),
        "digest": composition.digest,
        "matters": [_matter(matter) for matter in composition.matters.values()],
        "form": {
            "sections": [
                {
                    "code": section["code"],
                    "title": dict(section["title"]),
                    "continues": continuing(section),
                    "fields": [
                        {
                            "pointer": pointer,
                            "title": dict(composition.fields[pointer].title),
                            "type": composition.fields[pointer].type,
                            "used_by": list(composition.fields[pointer].used_by),
                        }
                        for pointer in section["fields"]
                    ],
                }
                for section in composition.sections
            ],
            "schema": composition.schema_for(codes),
        },
        "materials": [material.to_json() for material in composition.materials_for(codes)],
        "plan": composition.plan_for(codes).to_json(),
        "savings": composition.savings(),
        "unverified": unverified(composition),
    }


def _matter(matter: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": matter["code"],
        "title": dict(matter["title"]),
        "department": matter["department"],
        "selected": matter["selected"],
        "after": list(matter["after"]),
        "statutory_limit": matter.get("statutory_limit"),
        "promised_limit": matter["promised_limit"],
    }


def unverified(composition: Composition) -> list[str]:
    """List what the bundle's definitions mark as not yet verified, as ``kind:code``."""
    documents = [composition.bundle, *composition.matters.values()]
    found = [
        f"{'bundle' if doc is composition.bundle else 'matter'}:{doc['code']}"
        for doc in documents
        if doc.get("verified") is False
    ]
    found += [f"ruleset:{c}" for c, doc in composition.rulesets.items() if doc.get("verified") is False]
    return found
