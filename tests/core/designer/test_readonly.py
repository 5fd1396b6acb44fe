"""A draft that can only be read: nothing of any tab can be changed, dragged, or looks as if it could be."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from yijianshi.core.designer.desk import Desk
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.operations import Ground
from yijianshi.core.designer.panels import PANELS

from .test_rulesets import LIBRARY, METAS, WORLD, with_cases

DRAGGED = [
    ("matter", "road-occupation", "form"),
    ("matter", "road-occupation", "materials"),
    ("bundle", "construction-start", "matters"),
    ("bundle", "construction-start", "form"),
    ("bundle", "construction-start", "questions"),
    ("ruleset", "construction-permit.scope", "rules"),
]


def shown(kind: str, code: str, tab: str, readonly: bool) -> str:
    document: Any = with_cases(code) if kind == "ruleset" else LIBRARY.get(kind, code)
    library = LIBRARY.with_([document])
    desk = Desk(Ground(document, library, METAS), view={"tab": tab}, world=WORLD)
    return frame(replace(desk, readonly=readonly)).html()


@pytest.mark.parametrize(("kind", "code", "tab"), DRAGGED)
def test_what_cannot_be_dragged_has_no_handle(kind: str, code: str, tab: str) -> None:
    assert 'class="dz-handle"' in shown(kind, code, tab, readonly=False)
    html = shown(kind, code, tab, readonly=True)
    assert "dz-handle" not in html and "data-drag" not in html


CODES = {
    "element": "project.floor_area",
    "material": "road-plan",
    "matter": "road-occupation",
    "bundle": "construction-start",
    "ruleset": "construction-permit.scope",
}


@pytest.mark.parametrize(("kind", "tab"), [(kind, panel.name) for kind in CODES for panel in PANELS[kind]])
def test_no_control_of_any_tab_changes_the_draft(kind: str, tab: str) -> None:
    html = shown(kind, CODES[kind], tab, readonly=True)
    able = [
        control
        for control in re.findall(r"<(?:input|select|textarea|button)\b[^>]*>", html)
        if re.search(r'name="(?:do"|\{)', control) and not re.search(r"\bdisabled\b|type=\"hidden\"", control)
    ]
    assert able == []
