"""The designer's program in the browser's worker: the core's own desk, taking and giving JSON text.

It only renders and forwards: what an event means is decided by ``yijianshi.core.designer``, which the
server runs too. An exported function never raises: what went wrong comes back as ``{"error": …}``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from yijianshi.core.deadlines import Calendar
from yijianshi.core.definitions.canonical import digest
from yijianshi.core.definitions.library import Library
from yijianshi.core.definitions.types import Problem
from yijianshi.core.designer.desk import Desk, World, after
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.log import Entry, History
from yijianshi.core.designer.offers import Offers
from yijianshi.core.designer.operations import Ground
from yijianshi.core.designer.parts import Part, patches
from yijianshi.core.designer.places import focus_of

__export__ = ["designer_digest", "designer_event", "designer_findings", "designer_offers", "designer_open"]

REGIONS = Path("data/regions.json")

at_work: dict[str, Any] = {}


def exported(function: Callable[..., Any]) -> Callable[..., str]:
    """Give the function's value as JSON text, and its failure as ``{"error": …}``."""

    @wraps(function)
    def call(*arguments: str) -> str:
        try:
            return json.dumps(function(*arguments), ensure_ascii=False)
        except Exception as error:
            return json.dumps({"error": f"{type(error).__name__}: {error}"})

    return call


@exported
def designer_open(package: str, view: str, lang: str) -> dict[str, Any]:
    """Take up a draft as the server gives it; gives its revision."""
    given = json.loads(package)
    library = Library.of(given["library"]).with_([given["document"]])
    desk = Desk(
        Ground(given["document"], library, given["metas"]),
        History.of(Entry.from_json(entry) for entry in given["log"]),
        json.loads(view),
        "en" if lang == "en" else "zh",
        given["readonly"],
        world=World(
            date.fromisoformat(given["today"]), Calendar.from_data(given["calendar"]), _data(), given["actor"]
        ),
    )
    at_work["desk"], at_work["shown"] = desk, frame(desk)
    return {"revision": given["revision"]}


@exported
def designer_event(events: str) -> dict[str, Any]:
    """Carry events out (a list of control and value); gives what has changed on the page.

    ``entries`` is how many of them changed the draft, ``patches`` the parts to show anew.
    """
    desk, entries = after(at_work["desk"], [(name, value) for name, value in json.loads(events)])
    return {**_shown(desk), "entries": len(entries), "view": dict(desk.view), "focus": focus_of(desk)}


@exported
def designer_findings(findings: str) -> dict[str, Any]:
    """Take up what the server's check found."""
    found = tuple(
        Problem(f["pointer"], f["code"], f["message"], f["remedy"], f["file"], f["severity"])
        for f in json.loads(findings)
    )
    return _shown(replace(at_work["desk"], findings=found))


@exported
def designer_offers(offers: str) -> dict[str, Any]:
    """Take up the test cases that the server found for the draft."""
    return _shown(replace(at_work["desk"], offers=Offers.from_json(json.loads(offers))))


@exported
def designer_digest() -> str:
    """Give the digest of the draft, to be held against the server's."""
    return digest(at_work["desk"].document)


def _data() -> dict[str, Any]:
    return {"regions": json.loads(REGIONS.read_text("utf-8"))["tree"]} if REGIONS.exists() else {}


def _shown(desk: Desk) -> dict[str, Any]:
    now: Part = frame(desk)
    changed = [{"id": part.id, "html": part.html()} for part in patches(at_work["shown"], now)]
    at_work["desk"], at_work["shown"] = desk, now
    return {"patches": changed}
