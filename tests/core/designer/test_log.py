"""The log: undo and redo, typing that merges, replaying, and two people's work in one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.checks.findings import meta_findings, meta_registry
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import Desk, after
from yijianshi.core.designer.edits import Edit
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.log import Entry, History, merge, replay
from yijianshi.core.designer.operations import Ground, Refused, carry_out, names
from yijianshi.core.designer.panels import PANELS
from yijianshi.core.designer.parts import patches
from yijianshi.server.files import meta_schemas, shipped_library

LIBRARY = shipped_library()
METAS = meta_schemas()
REGISTRY = meta_registry(METAS)
DOCUMENTS = [
    LIBRARY.get("element", "project.nature"),
    LIBRARY.get("material", "land-approval"),
    LIBRARY.get("matter", "road-occupation"),
    LIBRARY.get("bundle", "individual-to-enterprise"),
]


def desk_of(document: Any) -> Desk:
    return Desk(Ground(document, LIBRARY, METAS))


def fill(*at: str, kind: str = "text") -> str:
    return name_of({"op": "fill", "at": list(at), "as": kind})


PLACES = [
    ("title", "zh"), ("title", "en"), ("unit",), ("hint",), ("source",), ("verified",), ("max_count",),
    ("promised_limit", "days"), ("promised_limit", "unit"), ("materials",), ("materials", "road-plan"),
    ("materials", "road-plan", "necessity"), ("form", "ui", "elements"), ("form", "ui", "elements", "占道"),
    ("matters", "seal-making"), ("matters", "seal-making", "after"), ("matters",), ("options", "new"),
    ("nonsense",), (),
]  # fmt: skip
VALUES: list[Any] = ["", "甲", "个", 3, True, "working", [], {}, {"zh": "甲", "en": "a"}, None, "required"]


@st.composite
def operations(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an operation on a shipped document, sensible or not."""
    at = list(draw(st.sampled_from(PLACES)))
    kind = draw(st.sampled_from(["set", "unset", "remove", "move", "insert", "fill", "say", "undo", "redo"]))
    if kind == "fill":
        return {"op": kind, "at": at, "as": draw(st.sampled_from(["text", "integer", "lines"])), "value": "3"}
    if kind == "say":
        return {"op": kind, "at": ["title"], "lang": draw(st.sampled_from(["zh", "en"])), "value": "新名称"}
    told: dict[str, Any] = {"op": kind, "at": at}
    if kind in ("set", "insert"):
        told["value"] = draw(st.sampled_from(VALUES))
    if kind in ("move", "insert"):
        told["before"] = draw(st.none() | st.sampled_from(["tax-change", "new", "占道"]))
    return told


def press(operation: dict[str, Any]) -> tuple[str, str]:
    return "do", json.dumps(operation)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(DOCUMENTS), st.lists(operations(), max_size=12))
def test_any_sequence_is_accepted_by_the_meta_schema_or_refused_whole(
    document: Any, given_: list[dict[str, Any]]
) -> None:
    desk, entries = after(desk_of(document), map(press, given_), "ann")
    assert not [p for p in meta_findings(desk.document, METAS[desk.kind], REGISTRY) if p.severity == "error"]
    assert canonical(replay(document, entries)) == canonical(desk.document)
    # the log says what the desk's history says, after its JSON too
    told = [Entry.from_json(json.loads(json.dumps(entry.to_json()))) for entry in entries]
    assert History.of(told).sentences == desk.history.sentences
    assert all(s["zh"] and s["en"] for s in desk.history.sentences)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(DOCUMENTS), st.lists(operations(), max_size=8))
def test_undoing_everything_gives_the_document_back_and_redoing_it_the_work(
    document: Any, given_: list[dict[str, Any]]
) -> None:
    worked, _ = after(desk_of(document), map(press, given_))
    undone = worked
    while undone.history.undo:
        undone, _ = after(undone, [press({"op": "undo"})])
    assert canonical(undone.document) == canonical(document)
    for _ in worked.history.undo:
        undone, _ = after(undone, [press({"op": "redo"})])
    assert canonical(undone.document) == canonical(worked.document)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(DOCUMENTS), st.lists(operations(), max_size=5), st.lists(operations(), max_size=5))
def test_two_logs_merge_whole_or_tell_every_place(
    document: Any, theirs: list[dict[str, Any]], mine: list[dict[str, Any]]
) -> None:
    other, their_log = after(desk_of(document), map(press, theirs), "bo")
    _, my_log = after(desk_of(document), map(press, mine), "ann")
    merged = merge(other.ground, their_log, my_log)
    if merged.conflicts:
        assert canonical(merged.document) == canonical(other.document)
        assert not merged.entries
        assert all(p.message["zh"] and p.remedy["en"] for p in merged.conflicts)
    else:
        assert canonical(replay(other.document, merged.entries)) == canonical(merged.document)


def test_typing_in_one_place_is_one_step() -> None:
    desk = desk_of(DOCUMENTS[0])
    for typed in ("个", "个人", "个人的"):
        desk, _ = after(desk, [(fill("unit"), typed)])
    desk, _ = after(desk, [(fill("standard"), "GB")])
    assert len(desk.history.undo) == 2
    desk, _ = after(desk, [press({"op": "undo"}), press({"op": "undo"})])
    assert "unit" not in desk.document
    desk, _ = after(desk, [press({"op": "redo"})])
    assert desk.document["unit"] == "个人的"


def test_nothing_to_undo_is_said() -> None:
    desk, entries = after(desk_of(DOCUMENTS[0]), [press({"op": "undo"})])
    assert entries == [] and desk.said is not None and "没有可撤销的操作" in desk.said["zh"]


def test_a_text_stays_whole_until_it_is_translated() -> None:
    desk, _ = after(
        desk_of(DOCUMENTS[0]), [(name_of({"op": "say", "at": ["description"], "lang": "zh"}), "说明")]
    )
    assert desk.document["description"] == {"zh": "说明", "en": "说明"}
    desk, _ = after(desk, [(name_of({"op": "say", "at": ["description"], "lang": "zh"}), "说明一")])
    assert desk.document["description"] == {"zh": "说明一", "en": "说明一"}
    desk, _ = after(desk, [(name_of({"op": "say", "at": ["description"], "lang": "en"}), "what it is")])
    desk, _ = after(desk, [(name_of({"op": "say", "at": ["description"], "lang": "zh"}), "说明二")])
    assert desk.document["description"] == {"zh": "说明二", "en": "what it is"}


INPUT = re.compile(r'<input(?=[^>]*type="text")(?=[^>]*name="(\{[^"]*)")[^>]*value="([^"]*)"')


def test_posting_every_control_as_it_stands_changes_nothing() -> None:
    """A page without script posts all its controls at once."""
    seen = 0
    for document in DOCUMENTS:
        for panel in PANELS[document["kind"]]:
            desk = replace(desk_of(document), view={"tab": panel.name})
            events = [(unescape(n), unescape(v)) for n, v in INPUT.findall(frame(desk).html())]
            after_, entries = after(desk, events)
            assert entries == [] and not after_.problems, (document["code"], panel.name)
            seen += len(events)
    assert seen > 30


def test_only_what_changed_is_shown_anew() -> None:
    desk = desk_of(DOCUMENTS[0])
    changed, _ = after(desk, [(fill("unit"), "个")])
    found = list(patches(frame(desk), frame(changed)))
    assert found and all(part.id != "designer" for part in found)
    assert list(patches(frame(changed), frame(changed))) == []


def test_every_operation_is_known_by_name() -> None:
    assert {"set", "unset", "insert", "remove", "move", "fill", "say", "rewrite"} <= set(names())
    ground = desk_of(DOCUMENTS[0]).ground
    with pytest.raises(Refused):
        carry_out(ground, {"op": "nothing of the kind"})


def test_an_edit_before_something_gone_goes_to_the_end() -> None:
    document = LIBRARY.get("bundle", "individual-to-enterprise")
    ground = desk_of(document).ground
    theirs, _ = after(desk_of(document), [press({"op": "remove", "at": ["matters", "property-transfer"]})])
    mine = carry_out(ground, {"op": "move", "at": ["matters", "tax-change"], "before": "property-transfer"})
    assert mine is not None
    their_log = [
        Entry("do", (Edit("remove", ("matters", "property-transfer")),), (), {"zh": "删", "en": "r"})
    ]
    merged = merge(replace(ground, document=theirs.document), their_log, [Entry.of(mine)])
    assert [m["matter"] for m in merged.document["matters"]][-1] == "tax-change"


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ('"basis": NaN', None, "/basis"),
        ('"basis": 1e999', None, "/basis"),
        ('"basis": ' + "[" * 2000 + "]" * 2000, None, None),
        ('"basis": "x", "basis": "y"', None, "/basis"),
        ('"basis": "x",', "malformed-json", ""),
    ],
)
def test_what_is_written_as_json_is_read_strictly_and_told_its_place(
    more: str, code: str | None, place: str | None
) -> None:
    ground = desk_of(DOCUMENTS[0]).ground
    bare = {key: value for key, value in ground.document.items() if key != "basis"}
    written = f"{json.dumps(bare)[:-1]}, {more}}}"
    with pytest.raises(Refused) as refused:
        carry_out(ground, {"op": "rewrite", "value": written})
    (problem,) = refused.value.problems
    assert all(told[lang] for told in (problem.message, problem.remedy) for lang in ("zh", "en"))
    assert code in (None, problem.code) and place in (None, problem.pointer)


def test_a_slip_in_the_json_is_told_with_its_line() -> None:
    desk = desk_of(DOCUMENTS[0])
    written = json.dumps({**desk.ground.document, "basiss": "x"}, indent=2, sort_keys=True)
    line = 1 + next(n for n, each in enumerate(written.split("\n")) if '"basiss"' in each)
    name = name_of({"op": "rewrite"})
    refused, _ = after(replace(desk, view={"tab": "json"}), [(name, written)])
    assert f"第 {line} 行（/basiss）：" in frame(refused).html()
    assert f"line {line} (/basiss): " in frame(replace(refused, lang="en")).html()


@pytest.mark.parametrize("slip", ['"basiss": "x",', '"basis" "x",', '"basis": fals,'])
def test_a_slip_in_the_json_is_shown_between_its_neighbours_above_the_text(slip: str) -> None:
    desk = desk_of(DOCUMENTS[0])
    bare = {key: value for key, value in desk.ground.document.items() if key != "basis"}
    first, second, rest = json.dumps(bare, indent=2).split("\n", 2)
    refused, _ = after(
        replace(desk, view={"tab": "json"}),
        [(name_of({"op": "rewrite"}), "\n".join((first, second, slip, rest)))],
    )
    page = unescape(frame(refused).html())
    assert re.search(rf"<mark>\s+3  {re.escape(slip)}\s*</mark>", page)
    button, shown, area = (
        page.index(each) for each in ('type="submit" class="btn btn-primary"', "<mark>", "<textarea")
    )
    assert button < shown < area
