"""Sections put on pages: in a matter's form and in a bundle, each change with its inverse and its sentence."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.checks import Source, check
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.designer.between import edits_between
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import SHOWN, Desk, after
from yijianshi.core.designer.edits import apply
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.log import replay
from yijianshi.core.designer.operations import Ground, Refused, carry_out
from yijianshi.core.designer.paging import added, flags_in, flags_of, moved, numbers, without
from yijianshi.core.designer.sentences import told

from tests.core.designer.test_forms import METAS, SHIPPED, Drawing

BUNDLE = "construction-start"
flags = st.lists(st.booleans(), min_size=1, max_size=7).map(
    lambda drawn: {f"s{n}": joins and n > 0 for n, joins in enumerate(drawn)}
)


def pages(said: Any) -> list[list[str]]:
    """Pages as lists of names."""
    found: dict[int, list[str]] = {}
    for name, number in numbers(said).items():
        found.setdefault(number, []).append(name)
    return list(found.values())


def but(said: Any, name: str) -> list[list[str]]:
    """Pages as lists of names, without one of them."""
    found = ([each for each in page if each != name] for page in pages(said))
    return [page for page in found if page]


def flagged(*shape: str) -> dict[str, bool]:
    """Make sections by page: ``flagged("ab", "c")`` is a page of two and one of one."""
    return {name: n > 0 for page in shape for n, name in enumerate(page)}


@pytest.mark.parametrize(
    ("shape", "name", "before", "wanted"),
    [
        (["ab", "c"], "b", "a", ["ba", "c"]),  # to the front of its page
        (["abc", "d"], "a", "d", ["bca", "d"]),  # to the end of its page
        (["abc"], "a", "c", ["bac"]),
        (["a", "bc"], "a", "c", ["bac"]),  # into the middle of another page
        (["ab", "c", "d"], "b", "d", ["a", "c", "b", "d"]),  # between pages: one of its own
        (["ab", "c"], "a", None, ["b", "c", "a"]),
        (["a", "b", "c"], "c", "a", ["c", "a", "b"]),
        (["ab", "cd"], "c", "a", ["c", "ab", "d"]),
    ],
)
def test_a_moved_section_keeps_to_its_page_joins_another_or_begins_one(
    shape: list[str], name: str, before: str | None, wanted: list[str]
) -> None:
    assert ["".join(page) for page in pages(moved(flagged(*shape), name, before))] == wanted


@given(flags, st.data())
def test_the_others_stay_together_whatever_is_moved_added_or_taken_out(
    drawn: dict[str, bool], data: Any
) -> None:
    name = data.draw(st.sampled_from(sorted(drawn)))
    before = data.draw(st.none() | st.sampled_from(sorted(set(drawn) - {name}) or [None]))
    assert pages(without(drawn, name)) == but(drawn, name)
    result = moved(drawn, name, before)
    assert but(result, name) == but(drawn, name)
    assert list(result).index(name) == (len(result) - 1 if before is None else list(result).index(before) - 1)
    more = added(drawn, "new", name, alike=data.draw(st.booleans()))
    assert but(more, "new") == pages(drawn)
    assert not next(iter(result.values())) and not next(iter(more.values()))


def test_a_section_is_put_on_the_page_before_and_on_one_of_its_own_again() -> None:
    drawing = Drawing()
    before = canonical(drawing.ground.document)
    done = drawing.do(op="page_part", section="占道", value="same")
    assert done.step.sentence["zh"] == "分区“占道”接在上一页（第 2 页）"
    first, second, _, last = (section.id for section in drawing.form.sections)
    assert pages(flags_of(drawing.form)) == [[first], [second, "占道"], [last]]
    assert carry_out(drawing.ground, {"op": "page_part", "section": "占道", "value": "same"}) is None
    assert drawing.findings() == set()
    done = drawing.do(op="page_part", section="占道")
    assert done.step.sentence["en"] == "section “Use of the road” begins a page (page 3)"
    assert canonical(drawing.ground.document) == before


def test_sections_added_copied_moved_and_removed_keep_the_pages() -> None:
    drawing = Drawing()
    first, second, third, _ = (section.id for section in drawing.form.sections)
    drawing.do(op="page_part", section=second)
    drawing.do(op="page_part", section=third)
    drawing.do(op="add_part", after=first)
    assert len(pages(flags_of(drawing.form))) == 2, "what is added in the middle of a page stands on it"
    drawing.do(op="duplicate_part", section=third)
    assert [len(page) for page in pages(flags_of(drawing.form))] == [5, 1]
    done = drawing.do(op="move_part", section=first, by=2)
    assert done.step.sentence["zh"].endswith("移到第 3 位（第 1 页）")
    assert [len(page) for page in pages(flags_of(drawing.form))] == [5, 1]
    drawing.do(op="remove_part", section=drawing.form.sections[0].id)
    assert [len(page) for page in pages(flags_of(drawing.form))] == [4, 1]
    assert not drawing.form.sections[0].continues
    assert drawing.findings() == set()


@pytest.mark.parametrize(
    ("kind", "code", "operation"),
    [
        ("matter", "road-occupation", {"op": "page_part", "section": "项目"}),
        ("matter", "road-occupation", {"op": "page_part", "section": "nowhere"}),
        ("bundle", BUNDLE, {"op": "page_section", "section": "project", "value": "same"}),
        ("bundle", BUNDLE, {"op": "page_section", "section": "nowhere"}),
    ],
)
def test_what_cannot_continue_a_page_is_refused(kind: str, code: str, operation: dict[str, Any]) -> None:
    ground = Ground(SHIPPED.get(kind, code), SHIPPED, METAS)
    with pytest.raises(Refused) as error:
        carry_out(ground, operation)
    assert error.value.problems[0].code in ("continues-nothing", "misplaced")


def test_the_sections_of_a_bundle_are_put_on_pages() -> None:
    drawing = Drawing("bundle", BUNDLE)
    whole = canonical(drawing.ground.document)
    done = drawing.do(op="page_section", section="manager")
    assert done.step.sentence["zh"].startswith("分区“项目负责人”另起一页（第 ")
    drawing.do(op="page_section", section="manager", value="same")
    assert canonical(drawing.ground.document) == whole
    drawing.do(op="move_section", section="construction", before="site")
    assert ["manager", "construction"] in pages(flags_in(drawing.ground.document))
    drawing.do(op="remove_section", section="manager")
    assert ["construction"] in pages(flags_in(drawing.ground.document))
    assert "continues-nothing" not in drawing.findings()


def test_a_difference_of_pages_is_told_as_one() -> None:
    for kind, code, operation, wanted in (
        ("matter", "road-occupation", {"op": "page_part", "section": "占道"}, "分区“占道”接在上一页"),
        ("bundle", BUNDLE, {"op": "page_section", "section": "manager"}, "分区“项目负责人”另起一页"),
    ):
        old = SHIPPED.get(kind, code)
        done = carry_out(Ground(old, SHIPPED, METAS), operation)
        assert done is not None
        for before, after_, said in ((old, done.document, wanted), (done.document, old, None)):
            document = before
            sentences = []
            for edit in edits_between(before, after_):
                sentences.append(told(document, edit)["zh"])
                document, _ = apply(document, (edit,))
            assert len(sentences) == 1 and "page" in told(before, edits_between(before, after_)[0])["en"]
            assert said is None or sentences == [said]


def shown(kind: str, code: str, **view: str) -> str:
    desk = Desk(Ground(SHIPPED.get(kind, code), SHIPPED, METAS), view=view)
    return frame(desk).html()


def test_the_canvas_the_properties_and_the_preview_show_the_pages() -> None:
    base = SHIPPED.get("matter", "road-occupation")
    desk = Desk(Ground(base, SHIPPED, METAS), view={"tab": "form", "select": "section:占道"})
    count = len(base["form"]["ui"]["elements"])
    assert frame(desk).html().count('class="dz-page"') == count
    desk, entries = after(desk, [("do", name_of({"op": "page_part", "section": "占道"}))])
    assert len(entries) == 1
    html = frame(desk).html()
    assert html.count('class="dz-page"') == count - 1 and "dz-joined" in html
    assert 'aria-keyshortcuts="Alt+Shift+P"' in html and "另起一页" in html
    assert "第一个分区总是另起一页" in shown(
        "matter",
        "road-occupation",
        tab="form",
        select=f"section:{base['form']['ui']['elements'][0]['label']}",
    )
    tried, _ = after(desk, [(SHOWN + "side", "phone")])
    assert frame(tried).html().count('class="dz-preview-page"') == count - 1


def test_the_bundles_sections_show_their_pages_and_the_situations_are_one() -> None:
    html = shown("bundle", BUNDLE, tab="form")
    assert html.count('class="dz-page"') == 6 and html.count("dz-joined") == 1
    questions = shown("bundle", BUNDLE, tab="questions")
    assert 'class="dz-page"' not in questions and "page_part" not in questions


def test_pages_that_the_matters_make_show_where_the_bundle_lists_no_sections() -> None:
    matter = SHIPPED.get("matter", "road-occupation")
    layout = matter["form"]["ui"]
    groups = [{**each, "options": {**each["options"], "continues": True}} for each in layout["elements"]]
    joined = {**matter, "form": {**matter["form"], "ui": {**layout, "elements": groups}}}
    bundle = SHIPPED.get("bundle", BUNDLE)
    alone = {**bundle, "matters": [{"matter": matter["code"]}], "sections": [], "rulesets": []}
    del alone["situations"]
    for library, marks in ((SHIPPED, len(groups)), (SHIPPED.with_([joined]), 1)):
        html = frame(Desk(Ground(alone, library.with_([alone]), METAS), view={"tab": "form"})).html()
        assert html.count('class="dz-page"') == marks
        assert html.count("dz-joined") == len(groups) - marks


def test_a_section_made_one_goes_on_standing_on_the_page_it_stood_on() -> None:
    matter = SHIPPED.get("matter", "road-occupation")
    groups = [
        {**each, "options": {**each["options"], "continues": n > 0}}
        for n, each in enumerate(matter["form"]["ui"]["elements"])
    ]
    joined = {**matter, "form": {**matter["form"], "ui": {**matter["form"]["ui"], "elements": groups}}}
    bundle = SHIPPED.get("bundle", BUNDLE)
    alone = {**bundle, "matters": [{"matter": matter["code"]}], "sections": [], "rulesets": []}
    del alone["situations"]
    document, library = alone, SHIPPED.with_([joined])
    for wanted in (False, True):
        page = frame(Desk(Ground(document, library.with_([document]), METAS), view={"tab": "form"})).html()
        offered = [
            json.loads(unescape(each)) for each in re.findall(r'value="([^"]*add_section[^"]*)"', page)
        ]
        pressed = next(each for each in offered if "code" in each)
        assert pressed.get("continues", False) is wanted
        done = carry_out(Ground(document, library.with_([document]), METAS), pressed)
        assert done is not None
        document = done.document
        # the page that is seen is the one that was seen
        after_ = frame(Desk(Ground(document, library.with_([document]), METAS), view={"tab": "form"})).html()
        assert after_.count('class="dz-page"') == page.count('class="dz-page"') == 1
    assert [section.get("continues", False) for section in document["sections"]] == [False, True]


sections = st.sampled_from(["project", "enterprise", "construction", "manager", "site", "person"])
operations = st.one_of(
    st.fixed_dictionaries({"op": st.just("page_section"), "section": sections}),
    st.fixed_dictionaries(
        {"op": st.just("move_section"), "section": sections, "before": st.none() | sections}
    ),
    st.fixed_dictionaries({"op": st.just("remove_section"), "section": sections}),
    st.fixed_dictionaries({"op": st.sampled_from(["undo", "redo", "add_section"])}),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(operations, max_size=8))
def test_any_sequence_on_a_bundle_is_sound_and_taken_back_exactly(drawn: list[Any]) -> None:
    base = SHIPPED.get("bundle", BUNDLE)
    desk, log = Desk(Ground(base, SHIPPED, METAS)), []
    for operation in drawn:
        desk, entries = after(desk, [("do", name_of(operation))])
        log += entries
    assert canonical(replay(base, log)) == canonical(desk.document)
    found = check([Source("here", desk.document)], METAS, SHIPPED)
    assert "continues-nothing" not in {problem.code for problem in found}
    document = desk.document
    for entry in reversed(log):
        document, _ = apply(document, entry.inverse)
    assert canonical(document) == canonical(base)
