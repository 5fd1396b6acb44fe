"""A try-out of the rules: facts typed into a form made of them, and what comes of each rule as one types."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ...definitions.types import text
from ...forms.html import tag
from ...rules import Ruleset, RulesetError, Verdict, reading_order
from ..controls import button, link
from ..desk import SHOWN, Desk
from ..parts import Part
from ..ruleset_edits import title_of
from ..ruleset_parts import KINDS, cases_of, outcome_kind, outcomes_of, phrase_of
from ..ruleset_trying import DAY, KEPT, Attempt, elements_of
from .panel import Panel
from .rules_cases import broken
from .rules_controls import parsed, slug
from .rules_outcomes import target_word
from .rules_table import guide
from .rules_trace import TRUTHS, trace

TRIED = SHOWN + "try"
FORM = "dz-try-form"
SHOWN_RULES = 40


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the form, and what comes of what is typed in it."""
    ruleset = parsed(desk)
    if isinstance(ruleset, RulesetError):
        return guide(desk), broken(desk, ruleset)
    tried = Attempt.of(
        ruleset,
        elements_of(desk.ground.library, desk.document),
        desk.view.get("try", ""),
        desk.world.today,
        desk.world.calendar,
    )
    head = Part("dz-try-head", _heading(desk.word("试填", "Facts to try")))
    given = Part(
        "dz-try-given", (head, _form(desk, tried), _tools(desk)), "section", {"class": "dz-try-given"}
    )
    return guide(desk), Part("dz-try", (given, _result(desk, ruleset, tried)), "div", {"class": "dz-try"})


def _heading(word: str) -> str:
    return tag("h2", {"class": "h3"}, escape(word))


def _form(desk: Desk, tried: Attempt) -> Part:
    day = tag(
        "label", {"class": "form-label", "for": "dz-try-on"}, escape(desk.word("决定日期", "Day of decision"))
    )
    day += tag(
        "input",
        {
            "class": "form-control",
            "id": "dz-try-on",
            "type": "date",
            "name": DAY,
            "value": tried.day.isoformat(),
        },
        None,
    )
    fields = tuple(
        Part(f"dz-tf-{slug(name)}", html) for name, html in tried.form.fields(tried.sample, desk.lang)
    )
    return Part(
        FORM,
        (Part("dz-try-day", day, "div", {"class": "field"}), *fields),
        "div",
        {"class": "dz-preview form-page", "data-whole": TRIED},
    )


def _tools(desk: Desk) -> Part:
    go = tag(
        "button",
        {"type": "submit", "id": "dz-try-go", "class": "btn btn-sm btn-primary"},
        escape(desk.word("判断", "Decide")),
    )
    clear = tag(
        "button",
        {
            "type": "submit",
            "id": "dz-try-clear",
            "name": TRIED,
            "value": "[]",
            "class": "btn btn-sm btn-outline-secondary",
        },
        escape(desk.word("清空", "Clear")),
    )
    note = desk.word(
        "没有填的按未知处理；存为用例之前，在这里填写的不会保存。",
        "What is left empty is unknown. Nothing typed here is kept unless you keep it as a test case.",
    )
    return Part(
        "dz-try-tools",
        tag("div", {"class": "dz-tools"}, go + clear) + tag("p", {"class": "form-hint"}, escape(note)),
    )


def _result(desk: Desk, ruleset: Ruleset, tried: Attempt) -> Part:
    head = Part("dz-try-says", _heading(desk.word("结论", "What comes of it")))
    attributes = {"class": "dz-try-result"}
    if tried.sample.errors:
        lines = "".join(
            tag("li", {}, escape(f"{desk.say(tried.title(name))}{desk.word('：', ': ')}{desk.say(message)}"))
            for name, message in tried.sample.errors.items()
        )
        said = tag(
            "p", {}, escape(desk.word("有填写不对的地方，改正后才有结论：", "Mend this for an outcome:"))
        )
        wrong = Part(
            "dz-try-wrong",
            said + tag("ul", {}, lines),
            "div",
            {"class": "alert alert-warning", "role": "status"},
        )
        return Part("dz-try-result", (head, wrong), "section", attributes)
    verdict, told = tried.compiled.evaluate(tried.facts), tried.compiled.trace(tried.facts)
    parts = [head, _sum(desk, verdict), _outcomes(desk, verdict), _keep(desk, tried)]
    for truth, (_, zh, en) in TRUTHS.items():
        names = [name for name in reading_order(desk.document) if verdict.truths.get(name) == truth]
        if not names:
            continue
        title = tag(
            "h3",
            {"class": "h4"},
            escape(desk.word(f"{zh}的规则（{len(names)}）", f"Rules {en} ({len(names)})")),
        )
        inner = title + trace(desk, ruleset, told, names[:SHOWN_RULES])
        if len(names) > SHOWN_RULES:
            more = len(names) - SHOWN_RULES
            inner += tag(
                "p", {"class": "form-hint"}, escape(desk.word(f"另有 {more} 条", f"and {more} more"))
            )
        parts.append(Part(f"dz-try-{truth}-rules", inner))
    return Part("dz-try-result", tuple(parts), "section", attributes)


def _sum(desk: Desk, verdict: Verdict) -> Part:
    counts = {truth: sum(is_ == truth for is_ in verdict.truths.values()) for truth in TRUTHS}
    said = desk.word("，", ", ").join(
        desk.word(f"{zh} {counts[truth]} 条", f"{counts[truth]} {en}")
        for truth, (_, zh, en) in TRUTHS.items()
    )
    return Part("dz-try-sum", escape(said), "p", {"class": "dz-tried", "role": "status"})


def _outcomes(desk: Desk, verdict: Verdict) -> Part:
    """List what follows: of the rules that are met, and of those that may still be."""
    items = ""
    for name in reading_order(desk.document):
        truth = verdict.truths.get(name, "unmet")
        if truth == "unmet":
            continue
        rule = desk.document["rules"][name]
        for outcome in outcomes_of(rule):
            items += _outcome(desk, desk.say(title_of(rule, name)), truth, outcome)
    if not items:
        none = desk.word("没有规则成立，因而没有结果。", "No rule is met, so nothing follows.")
        return Part("dz-try-outcomes", tag("p", {}, escape(none)))
    return Part("dz-try-outcomes", items, "ul", {"class": "list-plain dz-try-outcomes"})


def _outcome(desk: Desk, title: str, truth: str, outcome: Mapping[str, object]) -> str:
    kind = outcome_kind(outcome)
    target = target_word(desk, outcome)
    said = (desk.say(KINDS[kind]) if kind else "?") + (f"{desk.word('：', ': ')}{target}" if target else "")
    reason = outcome.get("reason")
    why = (
        tag("p", {"class": "dz-why"}, escape(desk.say(phrase_of(reason, ""))))
        if isinstance(reason, Mapping)
        else ""
    )
    maybe = desk.word("（待补充）", " (not yet known)") if truth == "unknown" else ""
    of = tag("span", {"class": "text-secondary"}, escape(desk.word(f"（{title}）", f" ({title})")))
    return tag("li", {"class": f"dz-try-{truth}"}, tag("strong", {}, escape(said + maybe)) + of + why)


def _keep(desk: Desk, tried: Attempt) -> Part:
    """Offer to keep what is tried as a test case, or lead to the case that it is."""
    kept = tried.kept_as(cases_of(desk.document)) if tried.sample.facts else None
    if kept is not None:
        code = str(kept["code"])
        title = desk.say(phrase_of(kept.get("title"), code))
        inner = link(
            desk,
            {"tab": "cases", "select": code},
            escape(desk.word(f"✓ 已是用例：{title}", f"✓ Is a test case: {title}")),
            {"id": KEPT},
        )
        return Part("dz-try-keep", inner, "p")
    keep = button(
        desk,
        {"op": "keep_tried", "on": desk.world.today.isoformat()},
        desk.word("存为测试用例", "Keep as a test case"),
        attributes={"id": "dz-try-store", "class": "btn-outline-primary", "data-takes": FORM},
    )
    refused = "".join(
        tag(
            "p",
            {"class": "field-error"},
            escape(f"{desk.say(p.message)}{desk.word('。', '. ')}{desk.say(p.remedy)}"),
        )
        for p in (problem for _, problem in desk.problems.values())
        if p.code in ("nothing-tried", "wrong-fact", "no-way-back")
    )
    return Part("dz-try-keep", keep + refused, "div")


PANEL = Panel("try", text("试一试", "Try it"), show)
