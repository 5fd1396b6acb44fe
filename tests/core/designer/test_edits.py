"""Edits and their inverses: laws over made-up documents."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.pointer import MISSING
from yijianshi.core.designer.addresses import address_of, get, identities, pointer
from yijianshi.core.designer.between import edits_between
from yijianshi.core.designer.edits import Edit, Misplaced, apply, conflict

NAMES = ["a", "b", "c", "d"]
scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "甲", "乙", "x"])


def _trees(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    items = st.lists(
        st.builds(lambda code, rest: {**rest, "code": code}, st.sampled_from(NAMES), objects),
        max_size=4,
        unique_by=lambda item: item["code"],
    )
    return objects | items | st.lists(st.sampled_from(NAMES), max_size=4) | st.lists(inner, max_size=2)


trees = st.recursive(scalars, _trees, max_leaves=20)
documents = st.dictionaries(st.sampled_from(NAMES), trees, max_size=4)


@st.composite
def addresses(draw: st.DrawFn, document: Any) -> tuple[str, ...]:
    """Walk into a document, and now and then beside it."""
    at: list[str] = []
    value = document
    for _ in range(draw(st.integers(0, 4))):
        if isinstance(value, dict):
            names = sorted({*value, *NAMES})
        elif isinstance(value, list) and identities(value):
            names = identities(value) or []
        else:
            break
        at.append(draw(st.sampled_from(names)))
        value = get(document, at)
    return tuple(at)


@st.composite
def edits(draw: st.DrawFn, document: Any) -> Edit:
    at = draw(addresses(document))
    kind = draw(st.sampled_from(["set", "unset", "insert", "remove", "move"]))
    value = draw(trees) if kind == "set" else MISSING
    if kind == "insert":
        value = {"code": draw(st.sampled_from([*NAMES, "e"])), "v": draw(scalars)}
    before = draw(st.none() | st.sampled_from(NAMES)) if kind in ("insert", "move") else None
    return Edit(kind, at, value, before)  # type: ignore[arg-type]


def carried_out(document: Any, edit: Edit) -> tuple[Any, list[Edit]] | None:
    try:
        return apply(document, [edit])
    except Misplaced:
        return None


@given(st.data(), documents)
def test_an_edit_and_its_inverse_leave_the_document_as_it_was(data: st.DataObject, document: Any) -> None:
    now, inverses = document, []
    for _ in range(data.draw(st.integers(1, 6))):
        done = carried_out(now, data.draw(edits(now)))
        if done is not None:
            now, back = done
            inverses.append(back)
    for back in reversed(inverses):
        now, _ = apply(now, back)
    assert canonical(now) == canonical(document)


@given(st.data(), documents)
def test_an_inverse_has_an_inverse(data: st.DataObject, document: Any) -> None:
    done = carried_out(document, data.draw(edits(document)))
    if done is None:
        return
    now, back = done
    before, again = apply(now, back)
    assert canonical(apply(before, again)[0]) == canonical(now)


@given(st.data(), documents)
def test_edits_without_conflict_can_be_done_in_either_order(data: st.DataObject, document: Any) -> None:
    one, other = data.draw(edits(document)), data.draw(edits(document))
    first, second = carried_out(document, one), carried_out(document, other)
    if first is None or second is None or conflict(one, other) is not None:
        return
    both, turned = carried_out(first[0], other), carried_out(second[0], one)
    # an item to stand before may be gone or come; the content is the same all the same
    if both is not None and turned is not None:
        assert _unordered(both[0]) == _unordered(turned[0])


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unordered(inner) for key, inner in value.items()}
    if isinstance(value, list) and identities(value) is not None:
        return sorted(canonical(_unordered(item)).decode() for item in value)
    return value


@given(documents, documents)
def test_the_edits_between_two_documents_make_the_one_of_the_other(old: Any, new: Any) -> None:
    made, back = apply(old, edits_between(old, new))
    assert canonical(made) == canonical(new)
    assert canonical(apply(made, back)[0]) == canonical(old)


@given(st.data(), documents)
def test_edits_survive_their_json(data: st.DataObject, document: Any) -> None:
    edit = data.draw(edits(document))
    assert Edit.from_json(edit.to_json()) == edit


@given(st.data(), documents)
def test_an_address_and_its_pointer_say_the_same(data: st.DataObject, document: Any) -> None:
    at = data.draw(addresses(document))
    if get(document, at) is not MISSING:
        told = [token.replace("~1", "/").replace("~0", "~") for token in pointer(document, at).split("/")[1:]]
        assert address_of(document, told) == at


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"op": "set", "at": ["a"]},
        {"op": "burn", "at": []},
        {"op": "move", "at": "a"},
        {"op": "move", "at": [1], "before": None},
        {"op": "unset", "at": ["a"], "value": 1},
        {"op": "insert", "at": ["a"], "value": {"code": "x"}, "before": 3},
    ],
)
def test_what_is_no_edit_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(Misplaced):
        Edit.from_json(told)


def test_an_item_keeps_its_identity() -> None:
    document = {"matters": [{"matter": "a"}, {"matter": "b"}]}
    with pytest.raises(Misplaced):
        apply(document, [Edit("set", ("matters", "a", "matter"), "c")])
    with pytest.raises(Misplaced):
        apply(document, [Edit("insert", ("matters",), {"matter": "b"})])


def test_conflicts_are_told_precisely() -> None:
    assert conflict(Edit("set", ("t", "zh"), 1), Edit("set", ("t", "en"), 1)) is None
    assert conflict(Edit("set", ("t", "zh"), 1), Edit("set", ("t", "zh"), 2)) == ("t", "zh")
    assert conflict(Edit("remove", ("m", "a")), Edit("set", ("m", "a", "x"), 2)) == ("m", "a", "x")
    assert conflict(Edit("move", ("m", "a")), Edit("set", ("m", "a", "x"), 2)) is None
    assert conflict(Edit("move", ("m", "a")), Edit("remove", ("m", "a"))) == ("m", "a")
    assert conflict(Edit("move", ("m", "a")), Edit("move", ("m", "b"))) is None
    assert conflict(Edit("insert", ("m",), {"code": "a"}), Edit("insert", ("m",), {"code": "b"})) is None
