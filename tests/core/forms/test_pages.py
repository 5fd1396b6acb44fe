"""The pages of a form in any state: every visible field on exactly one, in the order of the sections."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.bundles.compose import Composition, compose
from yijianshi.core.forms.html import identifier
from yijianshi.core.forms.page import page_fields, render_page, render_section
from yijianshi.core.forms.samples import sample_answers
from yijianshi.core.forms.state import FormState, form_state, together
from yijianshi.server.context import shipped_calendar
from yijianshi.server.files import shipped_library

ON = date(2026, 11, 24)
CALENDAR = shipped_calendar()
SHIPPED = shipped_library()
BUNDLE = "construction-start"
MANAGER = '<h2 id="section-manager-title">'


@lru_cache
def paged(continuing: frozenset[str]) -> Composition:
    """The shipped bundle, with these sections on the page of the one before them."""
    document = SHIPPED.get("bundle", BUNDLE)
    sections = [{**s, "continues": s["code"] in continuing} for s in document["sections"]]
    return compose(SHIPPED.with_([{**document, "sections": sections}]), BUNDLE)


CODES = [str(section["code"]) for section in SHIPPED.get("bundle", BUNDLE)["sections"]]


def state_of(continuing: frozenset[str], seed: int) -> tuple[FormState, Any]:
    composition = paged(continuing)
    answers = sample_answers(composition, ON, seed, calendar=CALENDAR) if seed else {}
    return form_state(composition, answers, ON, CALENDAR), answers


@settings(max_examples=40, deadline=None)
@given(st.frozensets(st.sampled_from(CODES)), st.integers(0, 20))
def test_every_visible_field_stands_on_exactly_one_page(continuing: frozenset[str], seed: int) -> None:
    state, answers = state_of(continuing, seed)
    on_pages = [pointer for page in state.pages for pointer in page["fields"]]
    assert len(on_pages) == len(set(on_pages)) and set(on_pages) == state.visible
    assert [section for page in state.pages for section in page["sections"]] == state.sections
    assert sum(page["errors"] for page in state.pages) == sum(s["errors"] for s in state.sections)
    for page in state.pages:
        assert page["code"] == page["sections"][0]["code"]
        for section in page["sections"]:
            assert state.page(section["code"]) == page
        html = render_page(state, answers, page["code"], "zh", (), {})
        at = [
            html.index(f'id="{identifier(pointer).replace("f-", "field-", 1)}"') for pointer in page["fields"]
        ]
        assert at == sorted(at)
        assert html.count('class="form-section"') == (
            len(page["sections"]) if len(page["sections"]) > 1 else 0
        )
    told = state.to_json()["pages"]
    assert isinstance(told, list)
    assert [c for page in told for c in page["sections"]] == [s["code"] for s in state.sections]  # type: ignore[index,call-overload]


def test_the_sections_of_a_page_stand_under_headings_and_hints_of_their_own() -> None:
    state, answers = state_of(frozenset({"manager"}), 1)
    html = render_page(state, answers, "construction", "zh", (), {})
    assert html == render_page(state, answers, "manager", "zh", (), {})
    assert MANAGER + "项目负责人</h2><p>施工单位派驻本项目的注册建造师</p>" in html
    assert html.index("section-construction-title") < html.index(MANAGER)
    assert render_section(state, answers, "manager", "zh", (), {}) in html


def test_a_page_whose_first_section_asks_nothing_begins_with_the_next() -> None:
    # on the site nothing is asked before the situation calls for it
    state, _ = state_of(frozenset({"person"}), 0)
    assert "site" not in [section["code"] for section in state.sections]
    page = state.page("site")
    assert page is not None and page["code"] == "person"
    assert page_fields(state, "site") == page_fields(state, "person") == page["fields"]
    assert "<h2" not in render_page(state, {}, "person", "zh", (), {}), "one section needs no heading"
    alone, _ = state_of(frozenset(), 0)
    assert alone.page("site") is None and page_fields(alone, "site") == []
    assert render_page(alone, {}, "site", "zh") == ""


def test_the_summary_of_errors_leads_to_every_section_of_the_page() -> None:
    state, _ = state_of(frozenset({"manager"}), 0)
    html = render_page(state, {}, "construction", "zh")
    head = html[: html.index("form-section")]
    for pointer in sorted(state.required & set(page_fields(state, "construction"))):
        assert f'href="#f-{pointer.strip("/").replace("/", "-")}"' in head


def test_a_page_is_named_by_its_sections() -> None:
    titles = [{"zh": "甲", "en": "A"}, {"zh": "乙", "en": "B"}, {"zh": "丙", "en": "C"}]
    assert together(titles[:1]) == {"zh": "甲", "en": "A"}
    assert together(titles[:2]) == {"zh": "甲、乙", "en": "A, B"}
    assert together(titles) == {"zh": "甲、乙等 3 部分", "en": "A, B and 1 more"}
