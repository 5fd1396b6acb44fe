"""Test cases that are offered: the search while it goes on, what it found, and accepting all or one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from ...definitions.types import Text
from ...forms.html import tag
from ...rules import Ruleset, compile_ruleset
from ...rules.aims import Aim, aims_of
from ..controls import button
from ..desk import SHOWN, Desk
from ..offers import ASKED, Offer, Offers, Seeking, identity, state_of
from ..parts import Part
from ..ruleset_edits import title_of
from ..ruleset_offers import reached_by
from ..ruleset_parts import phrase_of

ID = "dz-suggested"
REACHED_SHOWN = 3
"""So many goals of a case are shown at once, the others folded."""
RULES_SHOWN = 4
"""More rules that are not met are folded."""


def ask(desk: Desk, cases: Sequence[Mapping[str, Any]], label: str, identifier: str, look: str) -> str:
    """Write the button that has cases sought for the draft as it stands."""
    return tag(
        "button",
        {
            "type": "submit",
            "name": SHOWN + ASKED,
            "value": state_of(desk.document, cases),
            "id": identifier,
            "class": f"btn btn-sm {look}",
            "disabled": desk.readonly,
            "data-focus": ID + "-title",
        },
        escape(label),
    )


def offered(desk: Desk, ruleset: Ruleset, cases: Sequence[Mapping[str, Any]]) -> Part:
    """Show what is offered, or how far the search for it is; nothing when nobody asked."""
    asked = desk.view.get(ASKED)
    if not asked or desk.readonly:
        return Part(ID, "", "div")
    found = desk.offers
    if not isinstance(found, Offers) or found.asked != asked:
        return _section(desk, _seeking(desk, found if isinstance(found, Seeking) else Seeking()), seek=True)
    if not found.holds(desk.document):
        said = desk.word(
            "规则在建议之后有改动，这些建议不再适用。",
            "The rules have changed since: these suggestions no longer fit.",
        )
        return _section(desk, (_note(desk, "dz-suggested-state", said), _ways(desk, cases, again=True)))
    return _section(desk, _found(desk, ruleset, cases, found))


def _section(desk: Desk, parts: tuple[Part, ...], seek: bool = False) -> Part:
    title = tag("h2", {"class": "h3"}, escape(desk.word("建议的测试用例", "Suggested test cases")))
    head = Part(ID + "-title", title, "div", {"tabindex": "-1"})
    attributes = {
        "class": "dz-suggested",
        "aria-label": desk.word("建议的测试用例", "Suggested test cases"),
        "data-suggested": f"/designer/ruleset/{desk.code}/suggestions",
        "data-seek": seek or None,
    }
    return Part(ID, (head, *parts), "section", attributes)


def _seeking(desk: Desk, seeking: Seeking) -> tuple[Part, ...]:
    said = tag(
        "p", {"class": "mb-1", "role": "status", "id": "dz-suggested-far"}, escape(desk.say(seeking.said))
    )
    bar = tag(
        "progress",
        {
            "id": "dz-suggested-bar",
            "max": seeking.goals or 1,
            "value": seeking.reached if seeking.goals else None,
            "aria-label": desk.word("建议测试用例的进度", "How far the suggestions are"),
        },
        "",
    )
    stop = tag(
        "button",
        {
            "type": "submit",
            "class": "btn btn-sm btn-outline-secondary",
            "id": "dz-suggested-stop",
            "formaction": f"/designer/ruleset/{desk.code}/suggestions/cancel",
            "data-stop": True,
        },
        escape(desk.word("取消", "Cancel")),
    )
    look = tag(
        "button",
        {
            "type": "submit",
            "class": "btn btn-sm btn-outline-secondary",
            "name": SHOWN + ASKED,
            "value": desk.view[ASKED],
        },
        escape(desk.word("查看进度", "Look again")),
    )
    # a page with script looks by itself
    again = tag("noscript", {}, look)
    tools = tag("div", {"class": "dz-r-tools"}, stop + again)
    return (Part(ID + "-seeking", said + bar + tools),)


def _found(
    desk: Desk, ruleset: Ruleset, cases: Sequence[Mapping[str, Any]], found: Offers
) -> tuple[Part, ...]:
    compiled = compile_ruleset(ruleset, date.fromisoformat(found.on))
    aims = {aim.key: aim for aim in aims_of(compiled)}
    told = reached_by(
        ruleset, [*cases, *(each.case for each in found.cases)], aims.values(), desk.world.calendar
    )
    open_ = set(aims).difference(*told[: len(cases)])
    there = {identity(case) for case in cases}
    waiting: list[tuple[Offer, list[Aim]]] = []
    for offer, reaches in zip(found.cases, told[len(cases) :], strict=True):
        new = [aims[key] for key in aims if key in reaches & open_]
        open_ -= reaches
        if identity(offer.case) not in there and (new or offer.missing):
            waiting.append((offer, new))
    parts = [_state(desk, cases, found, [offer for offer, _ in waiting], len(aims))]
    if waiting:
        items = tuple(
            _offer(desk, number, offer, new, [each for each, _ in waiting])
            for number, (offer, new) in enumerate(waiting)
        )
        parts.append(Part(ID + "-list", items, "ol", {"class": "dz-suggestions"}))
    parts += [
        _listed(desk, ID + "-apart", found.apart if len(found.apart) > 1 and waiting else (), *APART),
        _listed(desk, ID + "-never", found.never, *NEVER, open_=True),
        _listed(desk, ID + "-unsettled", found.unsettled, *UNSETTLED, open_=True),
    ]
    return tuple(parts)


APART = (
    "为何不能再少：以下目标两两不能由同一个用例达到",
    "Why fewer do not do: no one case reaches two of these",
)
NEVER = (
    "任何用例都达不到的目标（请检查规则，或在下方说明原因）",
    "Goals that no case reaches (look at the rules, or say why below)",
)
UNSETTLED = ("未能在时限内弄清的目标", "Goals that were not settled in time")


def _state(
    desk: Desk, cases: Sequence[Mapping[str, Any]], found: Offers, waiting: Sequence[Offer], aims: int
) -> Part:
    if not aims:
        said = desk.word("还没有规则，没有可建议的用例。", "There are no rules yet: nothing to suggest.")
    elif not waiting and found.unsettled:
        said = desk.word("没有更多建议。", "There is nothing more to suggest.")
    elif not waiting:
        said = desk.word(
            "没有更多建议：现有用例已达到每条规则和每个界限。",
            "Nothing more to suggest: the cases reach every rule and every limit there is.",
        )
    else:
        count = len(waiting)
        said = desk.word(
            f"再加这 {count} 个，每条规则都成立过、也不成立过，每个界限及其两侧都取到。",
            f"With these {count}, every rule is met and is not met, and every limit and both its sides are taken.",
        )
    inner = tag("p", {"id": "dz-suggested-state", "role": "status", "class": "mb-2"}, escape(said))
    if waiting:
        inner += _badge(desk, cases, found)
    return Part(ID + "-found", inner + _ways(desk, cases, waiting).html())


def _badge(desk: Desk, cases: Sequence[Mapping[str, Any]], found: Offers) -> str:
    count = len(found.cases)
    if not found.untouched(cases):
        kind, said = "warning", desk.word("用例在建议之后有改动", "the cases have changed since")
    elif found.proven:
        kind, said = (
            "pass",
            desk.word(f"共建议 {count} 个：已证明是最少的", f"{count} suggested: the smallest set (proven)"),
        )
    else:
        kind, said = (
            "warning",
            desk.word(
                f"共建议 {count} 个：未证明是最少的，至少需要 {found.least} 个",
                f"{count} suggested: not proven smallest; at least {found.least} are needed",
            ),
        )
    return tag("p", {"id": "dz-suggested-proof"}, tag("span", {"class": f"dz-mark dz-{kind}"}, escape(said)))


def _ways(
    desk: Desk, cases: Sequence[Mapping[str, Any]], waiting: Sequence[Offer] = (), again: bool = False
) -> Part:
    """Write what can be done with all of it: accept, seek again, close."""
    tools = ""
    if waiting:
        tools += button(
            desk,
            {"op": "accept_cases", "cases": [dict(each.case) for each in waiting]},
            desk.word(f"全部接受（{len(waiting)}）", f"Accept all ({len(waiting)})"),
            attributes={"id": ID + "-all", "class": "btn-primary", "data-focus": ID + "-title"},
        )
    stale = isinstance(desk.offers, Offers) and not desk.offers.untouched(cases)
    if again or stale:
        tools += ask(
            desk, cases, desk.word("重新建议", "Suggest again"), ID + "-again", "btn-outline-primary"
        )
    tools += tag(
        "button",
        {
            "type": "submit",
            "name": SHOWN + ASKED,
            "value": "",
            "id": ID + "-close",
            "class": "btn btn-sm btn-outline-secondary",
            "data-focus": "dz-suggest",
        },
        escape(desk.word("关闭", "Close")),
    )
    return Part(ID + "-ways", tools, "div", {"class": "dz-r-tools"})


def _note(desk: Desk, identifier: str, said: str) -> Part:
    return Part(identifier, escape(said), "p", {"role": "status", "class": "mb-2"})


def _offer(desk: Desk, number: int, offer: Offer, new: Sequence[Aim], waiting: Sequence[Offer]) -> Part:
    place = _place(offer)
    title = desk.say(phrase_of(offer.case.get("title"), ""))
    after = [_place(each) for each in (*waiting[number + 1 :], *reversed(waiting[:number]))]
    accept = button(
        desk,
        {"op": "accept_cases", "cases": [dict(offer.case)]},
        desk.word("接受", "Accept"),
        attributes={
            "id": f"{place}-take",
            "class": "btn-outline-primary",
            "aria-describedby": f"{place}-what",
            "data-focus": f"{after[0]}-take" if after else ID + "-title",
        },
    )
    what = tag("p", {"class": "dz-suggestion-what", "id": f"{place}-what"}, escape(title))
    inner = tag("div", {"class": "dz-suggestion-head"}, what + accept)
    inner += _expects(desk, offer.case) + _reaches(desk, new)
    if offer.missing:
        names = "、".join(offer.missing) if desk.lang == "zh" else ", ".join(offer.missing)
        said = desk.word(
            f"“{names}”由其他填写内容算出，接受后请在用例中补写。",
            f"{names} comes from other answers: add them to the case once it is accepted.",
        )
        inner += tag("p", {"class": "field-error"}, escape(said))
    return Part(place, inner, "li", {"class": "dz-suggestion"})


def _place(offer: Offer) -> str:
    return "dz-s-" + identity(offer.case).removeprefix("sha256:")[:10]


def _expects(desk: Desk, case: Mapping[str, Any]) -> str:
    words = (("met", "成立", "met"), ("unmet", "不成立", "not met"), ("unknown", "待定", "unknown"))
    items = ""
    for truth, zh, en in words:
        names = case["expect"].get(truth, ())
        if not names:
            continue
        titles = [desk.say(title_of(desk.document["rules"].get(name), name)) for name in names]
        said = escape(desk.word("、", ", ").join(titles))
        mark = tag("span", {"class": f"dz-truth-word dz-truth-{truth}"}, escape(desk.word(zh, en)))
        if truth == "met" or len(names) <= RULES_SHOWN:
            items += tag("li", {}, f"{mark} {said}")
            continue
        count = escape(desk.word(f"{len(names)} 条规则", f"{len(names)} rules"))
        items += tag("li", {}, tag("details", {}, tag("summary", {}, f"{mark} {count}") + said))
    label = desk.word("预期", "Expected")
    return tag("ul", {"class": "dz-suggestion-expects", "aria-label": label}, items)


def _reaches(desk: Desk, new: Sequence[Aim]) -> str:
    said = [escape(desk.say(aim.said)) for aim in new]
    if not said:
        return ""
    first = desk.word("、", ", ").join(said[:REACHED_SHOWN])
    head = desk.word(f"首次达到 {len(said)} 个目标：", f"First to reach {len(said)} goals: ")
    if len(said) <= REACHED_SHOWN:
        return tag("p", {"class": "dz-suggestion-aims"}, head + first)
    more = "".join(tag("li", {}, each) for each in said)
    folded = tag("summary", {}, head + first + desk.word("…", "…")) + tag("ul", {}, more)
    return tag("details", {"class": "dz-suggestion-aims"}, folded)


def _listed(desk: Desk, identifier: str, said: Sequence[Text], zh: str, en: str, open_: bool = False) -> Part:
    if not said:
        return Part(identifier, "", "div")
    items = "".join(tag("li", {}, escape(desk.say(each))) for each in said)
    head = desk.word(f"{zh}（{len(said)}）", f"{en} ({len(said)})")
    inner = tag("summary", {}, escape(head)) + tag("ul", {}, items)
    return Part(identifier, inner, "details", {"class": "dz-suggested-why", "open": open_ or None})
