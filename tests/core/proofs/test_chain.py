"""The chain finds every change, and where."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.proofs.chain import GENESIS, Break, Entry, link, seal, verify

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def chains(draw: st.DrawFn, minimum: int = 1) -> list[Entry]:
    entries: list[Entry] = []
    for _ in range(draw(st.integers(minimum, 8))):
        entries.append(
            link(
                entries[-1] if entries else None,
                at="2026-01-05T09:00:00+08:00",
                actor=draw(texts),
                kind=draw(texts),
                subject=draw(texts),
                data=draw(json_values),
            )
        )
    return entries


def head_of(entries: list[Entry]) -> tuple[int, str]:
    return entries[-1].seq, entries[-1].digest


def different(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    return {"changed": value}


@given(chains())
def test_an_untouched_chain_holds(entries: list[Entry]) -> None:
    assert entries[0].previous == GENESIS
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert verify(entries) == []
    assert verify(entries, head_of(entries)) == []


@given(chains(), st.data())
def test_any_changed_field_is_found_where_it_was_changed(entries: list[Entry], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from([field.name for field in fields(Entry)]))
    changed = replace(entries[index], **{name: different(getattr(entries[index], name))})
    found = verify([*entries[:index], changed, *entries[index + 1 :]])
    assert changed.seq in {item.seq for item in found}
    # nothing before the changed entry is blamed, and at most its successor after it
    assert all(index + 1 <= item.seq <= index + 2 for item in found)


@given(chains(), st.data())
def test_a_changed_entry_sealed_anew_is_found_by_its_successor(
    entries: list[Entry], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    forged = seal(replace(entries[index], actor=entries[index].actor + "x"))
    tampered = [*entries[:index], forged, *entries[index + 1 :]]
    found = verify(tampered, head_of(entries))
    expected = index + 1 if index == len(entries) - 1 else index + 2
    assert [item.seq for item in found] == [expected]


@given(chains(minimum=2), st.data())
def test_a_removed_entry_is_found_where_it_is_missing(entries: list[Entry], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 2))
    found = verify([*entries[:index], *entries[index + 1 :]])
    assert {item.seq for item in found} == {index + 2}
    assert {item.code for item in found} == {"entry-missing", "previous-differs"}


@given(chains(), st.data())
def test_a_cut_off_end_is_found_against_the_known_head(entries: list[Entry], data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(entries) - 1))
    assert verify(entries[:kept]) == []
    assert [(item.seq, item.code) for item in verify(entries[:kept], head_of(entries))] == [
        (kept + 1, "head-differs")
    ]


@given(chains(minimum=2), st.data())
def test_swapped_entries_are_found(entries: list[Entry], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(entries) - 2))
    second = data.draw(st.integers(first + 1, len(entries) - 1))
    swapped = list(entries)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    found = verify(swapped)
    assert second + 1 in {item.seq for item in found}
    assert first + 1 in {item.seq for item in found}
    assert all(item.seq >= first + 1 for item in found)


@given(chains(), st.data())
def test_an_inserted_entry_is_found(entries: list[Entry], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    before = entries[index - 1] if index else None
    forged = link(before, at="2026-01-05T09:00:00+08:00", actor="x", kind="forged", subject="s", data=None)
    found = verify([*entries[:index], forged, *entries[index:]])
    assert {item.seq for item in found} == {index + 1}
    assert {item.code for item in found} == {"out-of-order", "previous-differs"}


def test_what_is_no_json_does_not_hold() -> None:
    good = link(None, at="2026-01-05T09:00:00+08:00", actor="a", kind="k", subject="s", data={"n": 1})
    assert [item.code for item in verify([replace(good, data=float("nan"))])] == ["digest-differs"]
    with pytest.raises(ValueError, match="no JSON numbers"):
        link(None, at="2026-01-05T09:00:00+08:00", actor="a", kind="k", subject="s", data=float("nan"))


def test_findings_and_entries_are_json() -> None:
    entry = link(None, at="2026-01-05T09:00:00+08:00", actor="甲", kind="k", subject="s", data={"n": 1})
    assert entry.to_json()["digest"] == entry.digest
    assert Entry(**entry.to_json()) == entry
    (found,) = verify([replace(entry, data={"n": 2})])
    assert isinstance(found, Break)
    assert found.to_json()["what"]["zh"] == "第 1 条流水的内容与其摘要不符，已被改动"
