"""The designer's page around its tabs: undo and redo, the tabs, the findings of the last check."""

from __future__ import annotations

from html import escape

from ..definitions.pointer import tokens
from ..definitions.types import Problem, Text, text
from ..forms.html import tag
from .addresses import address_of
from .beside import said_of
from .controls import button, link, of
from .desk import Desk
from .panels import PANELS, Panel
from .parts import Part
from .places import tab_of, way_to
from .sentences import place_of

FINDINGS_SHOWN = 50


def frame(desk: Desk) -> Part:
    """Show the desk: everything of the page that edits change."""
    tab = tab_of(desk)
    panel = Part(
        f"dz-panel-{tab.name}", tab.show(desk), "div", {"class": f"dz-panel dz-panel-{desk.kind}-{tab.name}"}
    )
    return Part("designer", (_bar(desk), _tabs(desk, tab), panel, _findings(desk), _keys(desk), _said(desk)))


def _bar(desk: Desk) -> Part:
    history = desk.history
    last, next_ = history.undo[-1:], history.redo[-1:]
    undone = desk.say(last[0].sentence) if last else ""
    redone = desk.say(next_[0].sentence) if next_ else ""
    buttons = button(
        desk,
        {"op": "undo"},
        desk.word("撤销", "Undo"),
        attributes={
            "id": "dz-undo",
            "class": "btn-outline-secondary",
            "disabled": not last,
            "aria-keyshortcuts": "Control+Z",
            "title": undone or None,
        },
    ) + button(
        desk,
        {"op": "redo"},
        desk.word("重做", "Redo"),
        attributes={
            "id": "dz-redo",
            "class": "btn-outline-secondary",
            "disabled": not next_,
            "aria-keyshortcuts": "Control+Y Control+Shift+Z",
            "title": redone or None,
        },
    )
    count = len(history.undo)
    done = (
        desk.word(f"已修改 {count} 处", f"{count} changes")
        if count
        else desk.word("尚未修改", "no changes yet")
    )
    title = tag("h1", {"class": "dz-title"}, of(desk, desk.document.get("title"))) + tag(
        "code", {}, escape(desk.code)
    )
    return Part(
        "dz-bar",
        tag("div", {"class": "dz-name"}, title)
        + tag("div", {"class": "dz-tools"}, buttons + tag("span", {"class": "dz-count"}, escape(done))),
        "div",
        {"class": "dz-bar"},
    )


def _tabs(desk: Desk, open_: Panel) -> Part:
    items = "".join(
        tag(
            "li",
            {},
            link(
                desk,
                {"tab": panel.name, "select": None, "page": None},
                of(desk, panel.title),
                {"aria-current": "page" if panel is open_ else None, "id": f"dz-tab-{panel.name}"},
            ),
        )
        for panel in PANELS[desk.kind]
    )
    label = desk.word("设计页面", "Designer pages")
    return Part("dz-tabs", tag("ul", {}, items), "nav", {"class": "dz-tabs", "aria-label": label})


def _findings(desk: Desk) -> Part:
    found = desk.findings
    head = desk.word("检查结果", "Findings")
    if found is None:
        inner = tag("p", {"class": "text-secondary"}, escape(desk.word("正在检查…", "Checking…")))
    elif not found:
        inner = tag("p", {}, escape(desk.word("没有发现问题。", "Nothing to mend.")))
    else:
        inner = tag(
            "ul", {"class": "dz-findings"}, "".join(_finding(desk, f) for f in found[:FINDINGS_SHOWN])
        )
        if len(found) > FINDINGS_SHOWN:
            more = len(found) - FINDINGS_SHOWN
            inner += tag("p", {}, escape(desk.word(f"另有 {more} 条", f"and {more} more")))
    count = f"（{len(found)}）" if found and desk.lang == "zh" else f" ({len(found)})" if found else ""
    return Part(
        "dz-findings",
        tag("h2", {"class": "h3", "id": "dz-findings-title"}, escape(head + count)) + inner,
        "section",
        {"class": "dz-check", "aria-labelledby": "dz-findings-title"},
    )


def _finding(desk: Desk, problem: Problem) -> str:
    address = address_of(desk.document, tokens(problem.pointer))
    where = place_of(desk.document, address, desk.lang, desk.ground.library)
    mark, said = said_of(desk, problem)
    there = link(desk, way_to(desk.document, problem.pointer, problem.code), escape(where))
    return tag("li", {}, f"{mark} <span>{there}{desk.word('：', ': ')}{said}</span>")


KEYS: tuple[tuple[tuple[str, ...], Text], ...] = (
    (("Ctrl+Z",), text("撤销", "undo")),
    (("Ctrl+Y", "Ctrl+Shift+Z"), text("重做", "redo")),
    (("Alt+N",), text("规则、测试、参数：新增一行", "rules, tests, parameters: a new row")),
    (("Alt+↑", "Alt+↓"), text("把所选的上移、下移", "move what is selected up or down")),
    (("Alt+Shift+D",), text("复制所选的字段", "duplicate the field that is selected")),
    (("Alt+C",), text("复制所选的规则", "duplicate the rule that is selected")),
    (("Alt+Delete",), text("删除所选的", "remove what is selected")),
)
"""What the keys do: the buttons they stand for carry the same in ``aria-keyshortcuts``."""


def _keys(desk: Desk) -> Part:
    rows = "".join(
        tag("dt", {}, " / ".join(tag("kbd", {}, escape(key)) for key in keys))
        + tag("dd", {}, of(desk, words))
        for keys, words in KEYS
    )
    note = desk.word(
        "Mac 上用 Cmd 代替 Ctrl。正在输入文字时，撤销和重做由浏览器处理。",
        "On a Mac, Cmd stands for Ctrl. While text is being typed, undo and redo are the browser's own.",
    )
    inner = tag("summary", {}, escape(desk.word("键盘快捷键", "Keys")))
    inner += tag("dl", {}, rows) + tag("p", {"class": "text-secondary"}, escape(note))
    return Part("dz-keys", inner, "details", {"class": "dz-keys"})


def _said(desk: Desk) -> Part:
    return Part("dz-said", escape(desk.say(desk.said)), "p", {"class": "visually-hidden", "role": "status"})
