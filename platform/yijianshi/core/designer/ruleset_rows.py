"""What is done to the rules of a ruleset as rows: added, copied, moved, taken out; columns; what follows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Text, text
from ..rules.order import reading_order, with_order
from .automatic import numbered
from .between import changes_between
from .operations import Ground, Step, operation, refuse
from .ruleset_edits import changed, name_along, rule_of, said, title_of, typed_value, unreadable, with_rule
from .ruleset_shape import (
    ROWS_OF_PAGE,
    Leaf,
    blank,
    cells_of,
    children,
    facts_of,
    free,
    kind_of,
    leaf_json,
    outcome_kind,
    outcomes_of,
    tree_of,
    with_children,
    with_tree,
)
from .sentences import several
from .shifts import Shift, phrase_shift
from .wording import LANGS, Words, both
from .words import word

FIRST: Mapping[str, str] = {
    "eligibility": "deny",
    "situations": "select_matter",
    "materials": "require_material",
    "limits": "set_limit",
    "routing": "route",
}
"""What usually follows from a rule, by what the ruleset decides."""

PRIORITIES = 50_000
"""The greatest priority."""

UNSAID = text("待填写理由", "待填写理由")


def first_outcome(document: Mapping[str, Any], library: Any, kind: str | None = None) -> dict[str, Any]:
    """Give a new outcome, whole enough for the meta-schema."""
    kind = kind or FIRST.get(str(document.get("decides")), "refer")
    if kind == "assert":
        name = next((n for n, f in facts_of(document).items() if f.asserted), "")
        if not name:
            raise refuse(
                "/facts",
                "no-asserted-fact",
                text("还没有“由规则得出”的事实", "there is no fact yet that rules assert"),
                text("请先在“事实”页添加一个", "add one on the Facts page first"),
            )
        return {"assert": {name: blank(facts_of(document)[name]).operand}}
    value: Any = True
    if kind == "select_matter":
        value = next((doc["code"] for doc in library.all("matter")), "matter")
    elif kind in ("require_material", "waive_material"):
        value = next((doc["code"] for doc in library.all("material")), "material")
    elif kind == "set_limit":
        value = {"days": 5, "unit": "working"}
    elif kind == "route":
        value = "window"
    return {kind: value, "reason": dict(UNSAID), "basis": str(document.get("basis") or "待填写依据")}


@operation("add_rule")
def add_rule(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Add a rule without conditions at the end; ``outcome`` names what follows."""
    document = ground.document
    rules = document.get("rules", {})
    name, order = free(list(rules), "rule"), reading_order(document)
    number = len(rules) + 1
    made = {
        "title": numbered("rule", number),
        "run": first_outcome(document, ground.library, given.get("outcome")),
    }
    new = with_order({**document, "rules": {**rules, name: made}}, [*order, name])
    run = both(document, ground.library, made["run"], "run")
    said = text(
        f"新增规则“规则 {number}”，结果：{run['zh']}", f"The rule “Rule {number}” added, outcome: {run['en']}"
    )
    return replace(changed(ground, new, said), shows=_page_of(len(order)))


def _page_of(row: int) -> dict[str, str]:
    """Give the setting of the page that shows a row."""
    return {"page": str(row // ROWS_OF_PAGE)}


@operation("copy_rule")
def copy_rule(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put a copy of a rule (``rule``) after it."""
    name, rule = rule_of(ground, given)
    document = ground.document
    title = title_of(rule, name)
    copy = free(list(document["rules"]), "rule")
    made = {**rule, "title": text(f"{title['zh']}（副本）"[-200:], f"{title['en']} (copy)"[-200:])}
    order = reading_order(document)
    order.insert(order.index(name) + 1, copy)
    new = with_order({**document, "rules": {**document["rules"], copy: made}}, order)
    said = text(f"复制规则“{title['zh']}”", f"The rule “{title['en']}” copied")
    return replace(changed(ground, new, said), shows=_page_of(order.index(copy)))


@operation("drop_rule")
def drop_rule(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Take a rule (``rule``) out; test cases no longer expect anything of it."""
    name, rule = rule_of(ground, given)
    rules = {key: value for key, value in ground.document["rules"].items() if key != name}
    order = [each for each in reading_order(ground.document) if each != name]
    document = with_order({**ground.document, "rules": rules}, order)
    tests = document.get("tests")
    if isinstance(tests, Mapping):
        document["tests"] = _without(tests, name)
    title = title_of(rule, name)
    return changed(ground, document, text(f"删除规则“{title['zh']}”", f"The rule “{title['en']}” removed"))


def _without(tests: Mapping[str, Any], rule: str) -> dict[str, Any]:
    cases = []
    for case in tests.get("cases", ()):
        expect = {
            key: [each for each in listed if key == "outcomes" or each != rule]
            for key, listed in case.get("expect", {}).items()
        }
        cases.append({**case, "expect": expect or {"met": []}})
    made = {**tests, **({"cases": cases} if "cases" in tests else {})}
    if rule in tests.get("unreached", {}):
        made["unreached"] = {key: value for key, value in tests["unreached"].items() if key != rule}
    return made


@operation("move_rule")
def move_rule(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put a rule (``rule``) before another (``before``), or last; it is read elsewhere, and decides as before.

    The last of a page's rows is put before the one that is ``following`` on the next.
    """
    name, rule = rule_of(ground, given)
    before = given["before"] if given["before"] is not None else given.get("following")
    order = [each for each in reading_order(ground.document) if each != name]
    order.insert(order.index(before) if before in order else len(order), name)
    title, after = title_of(rule, name), order[order.index(name) + 1 :][:1]
    if not after:
        said = text(f"移动规则“{title['zh']}”到最后", f"The rule “{title['en']}” moved to the end")
    else:
        other = title_of(ground.document["rules"].get(after[0]), after[0])
        said = text(
            f"移动规则“{title['zh']}”到“{other['zh']}”之前",
            f"The rule “{title['en']}” moved before “{other['en']}”",
        )
    return changed(ground, with_order(ground.document, order), said)


@operation("rule_priority")
def rule_priority(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say the priority of a rule (``rule``, ``value``; nothing is 0): of several outcomes the smallest stands.

    It goes on being read where it was.
    """
    name, rule = rule_of(ground, given)
    place = join("rules", name, "pri")
    value = typed_value("integer", given["value"], place) or 0
    if not isinstance(value, int) or not 0 <= value <= PRIORITIES:
        remedy = text(f"请填写 0 到 {PRIORITIES} 的整数", f"write a whole number from 0 to {PRIORITIES}")
        raise unreadable(place, remedy)
    made = {key: kept for key, kept in rule.items() if key != "pri"} | ({"pri": value} if value else {})
    title = title_of(rule, name)
    what = text(f"规则“{title['zh']}”的优先级", f"The priority of the rule “{title['en']}”")
    was = str(rule.get("pri", 0))
    sentence = Shift(what, text(was, was), text(str(value), str(value)))
    new = {**ground.document, "rules": {**ground.document["rules"], name: made}}
    return changed(ground, with_order(new, reading_order(ground.document)), sentence, f"{name}/pri")


@operation("rule_title")
def rule_title(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say the title of a rule (``rule``) in one language (``lang``, ``value``)."""
    name, rule = rule_of(ground, given)
    phrase = said(rule.get("title"), str(given["lang"]), given["value"])
    made = {key: value for key, value in rule.items() if key != "title"}
    if phrase is not None:
        made = {"title": phrase, **made}
    title = title_of(rule, name)
    what = text(f"规则“{title['zh']}”的名称", f"The title of the rule “{title['en']}”")
    sentence = phrase_shift(what, rule.get("title"), phrase)
    return with_rule(ground, name, made, sentence, f"{name}/title/{given['lang']}")


@operation("take_in")
def take_in(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Make the ruleset what a workbook says (``value``, its document as JSON), by the edits between the two."""
    try:
        document = json.loads(str(given["value"]))
    except ValueError as error:
        raise KeyError("value") from error
    changes = changes_between(ground.document, document, ground.library)
    said = several(text("从 Excel 读入", "Taken in from Excel"), [each.sentence for each in changes])
    return Step(tuple(each.edit for each in changes), said)


# columns


@operation("drop_column")
def drop_column(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Take every comparison of a fact (``fact``) out of the rules that fit a row."""
    fact = str(given["fact"])
    return _each_row(ground, fact, [], text("删除列", "Column removed"), drop=True)


@operation("move_column")
def move_column(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put a fact's comparisons (``fact``) in the order of facts given (``order``), in every row.

    With ``before`` (None: last) it goes from its place in that order to before another fact.
    """
    fact, order = str(given["fact"]), [str(each) for each in given["order"]]
    if "before" in given:
        order = [each for each in order if each != fact]
        order.insert(order.index(given["before"]) if given["before"] in order else len(order), fact)
    after = [each for each in order[order.index(fact) + 1 :] if each in facts_of(ground.document)]
    where = text("移动列到最后：", "Column moved to the end")
    if after:
        other = facts_of(ground.document)[after[0]].title
        where = text(f"移动列到“{other['zh']}”之前：", f"Column moved before “{other['en']}”")
    return _each_row(ground, fact, order, where)


def _each_row(ground: Ground, fact: str, order: list[str], what: Text, drop: bool = False) -> Step:
    facts = facts_of(ground.document)
    rules = dict(ground.document["rules"])
    for name, rule in rules.items():
        tree = tree_of(rule)
        cells = cells_of(tree, facts)
        if tree is None or not cells or kind_of(tree) != "$and":
            if drop and tree is not None and cells and cells[0][1].fact == fact:
                rules[name] = with_tree(rule, None)
            continue
        parts = children(tree)
        if drop:
            kept = [parts[number] for number, leaf in cells if leaf.fact != fact]
        else:
            rank = {each: number for number, each in enumerate(order)}
            kept = [
                parts[number]
                for number, _ in sorted(cells, key=lambda cell: rank.get(cell[1].fact, len(order)))
            ]
        if kept != parts:
            rules[name] = with_tree(rule, with_children(tree, kept))
    title = facts[fact].title if fact in facts else text(fact, fact)
    zh, en = f"{what['zh']}“{title['zh']}”", f"{what['en']}: “{title['en']}”"
    document = {**ground.document, "rules": rules}
    if not drop:
        return changed(ground, document, text(zh, en))
    gone = [
        (title_of(rule, name), leaf)
        for name, rule in ground.document["rules"].items()
        for _, leaf in cells_of(tree_of(rule), facts) or ()
        if leaf.fact == fact and rules[name] is not rule
    ]
    told = [_compared(ground, rule, leaf) for rule, leaf in gone]
    zh += "".join(f"；{each['zh']}" for each in told)
    en += "".join(f"; {each['en']}" for each in told)
    return changed(ground, document, text(zh, en))


def _compared(ground: Ground, rule: Text, leaf: Leaf) -> Text:
    zh, en = (Words(ground.document, lang, ground.library).condition(leaf_json(leaf)) for lang in LANGS)
    return text(f"规则“{rule['zh']}”原为“{zh}”", f"the rule “{rule['en']}” had “{en}”")


# what follows


@operation("add_outcome")
def add_outcome(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let one thing more follow from a rule (``rule``); ``value`` or ``kind`` names what."""
    name, rule = rule_of(ground, given)
    made = first_outcome(ground.document, ground.library, given.get("kind"))
    return _outcomes(
        ground,
        name,
        rule,
        [*outcomes_of(rule), made],
        _outcome_said(ground, "增加结果", "outcome added", made),
    )


@operation("drop_outcome")
def drop_outcome(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Take an outcome (number ``n``) out of a rule (``rule``); the last one stays."""
    name, rule = rule_of(ground, given)
    listed = outcomes_of(rule)
    if len(listed) < 2:
        raise refuse(
            join("rules", name, "run"),
            "last-outcome",
            text("规则至少要有一个结果", "something must follow from a rule"),
            text("请改为另一种结果，或删除整条规则", "choose another outcome, or remove the whole rule"),
        )
    kept = [each for number, each in enumerate(listed) if number != int(given["n"])]
    gone = next((each for each in listed if each not in kept), listed[0])
    return _outcomes(ground, name, rule, kept, _outcome_said(ground, "删除结果", "outcome removed", gone))


@operation("outcome_kind")
def set_outcome_kind(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let something else (``value``) follow in place of an outcome (``rule``, number ``n``)."""
    name, rule, listed, number = _outcome(ground, given)
    kind = str(given["value"])
    if kind == outcome_kind(listed[number]):
        return Step((), text("", ""))
    made = first_outcome(ground.document, ground.library, kind)
    kept = {key: listed[number][key] for key in ("reason", "basis") if key in listed[number]}
    listed[number] = {**made, **(kept if kind != "assert" else {})}
    shift = _outcome_shift(ground, name, rule, outcomes_of(rule)[number], listed[number], "", given)
    return _outcomes(ground, name, rule, listed, shift)


@operation("outcome_part")
def outcome_part(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Change a part (``part``: target, matter, days, unit, fact, value, basis, reason) of an outcome.

    ``rule`` and number ``n`` name the outcome, ``value`` is what was typed.
    """
    name, rule, listed, number = _outcome(ground, given)
    part, typed = str(given["part"]), given["value"]
    place = join("rules", name, "run")
    was = listed[number]
    listed[number] = _changed_part(ground, dict(was), part, typed, given, place)
    sentence = _outcome_shift(ground, name, rule, was, listed[number], part, given)
    typing = f"{name}/run/{number}/{part}/{given.get('lang', '')}" if part in _TYPED else None
    step = _outcomes(ground, name, rule, listed, sentence, typing)
    if part != "target":
        return step
    old, new = (each.get(outcome_kind(each)) for each in (was, listed[number]))
    return replace(step, edits=(*step.edits, *name_along(ground.document, old, new)))


_TYPED = ("target", "days", "value", "basis", "reason")


def _changed_part(
    ground: Ground, made: dict[str, Any], part: str, typed: Any, given: Mapping[str, Any], place: str
) -> dict[str, Any]:
    kind = outcome_kind(made)
    written = str(typed).strip()
    if part == "reason":
        phrase = said(made.get("reason"), str(given["lang"]), typed)
        if phrase is not None:
            made["reason"] = phrase
    elif part in ("matter", "basis"):
        if written:
            made[part] = written
        elif part == "matter":
            made.pop(part, None)
    elif part in ("days", "unit"):
        value = typed_value("integer", typed, place) if part == "days" else written
        known = made[kind].get(part, "working") if isinstance(made[kind], Mapping) else None
        if value is not None and value != known:
            made[kind] = {**(made[kind] if isinstance(made[kind], Mapping) else {}), part: value}
    elif part == "fact":
        facts = facts_of(ground.document)
        made[kind] = {written: blank(facts[written]).operand}
    elif part == "value":
        ((fact, _),) = made[kind].items()
        value = typed_value(facts_of(ground.document)[fact].type, typed, place)
        if value is not None:
            made[kind] = {fact: value}
    elif kind in ("deny", "refer"):
        made[kind] = written or True
    elif written:
        made[kind] = written
    return made


def _outcome(
    ground: Ground, given: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any], list[Mapping[str, Any]], int]:
    name, rule = rule_of(ground, given)
    listed, number = outcomes_of(rule), int(given["n"])
    if not 0 <= number < len(listed):
        raise KeyError("n")
    return name, rule, listed, number


def _outcomes(
    ground: Ground,
    name: str,
    rule: Mapping[str, Any],
    listed: list[Mapping[str, Any]],
    said: Text | Shift,
    typing: str | None = None,
) -> Step:
    made = {**rule, "run": listed[0] if len(listed) == 1 else listed}
    if not isinstance(said, Shift):
        title = title_of(rule, name)
        said = text(f"规则“{title['zh']}”：{said['zh']}", f"The rule “{title['en']}”: {said['en']}")
    return with_rule(ground, name, made, said, typing)


def _outcome_said(ground: Ground, zh: str, en: str, outcome: Mapping[str, Any]) -> Text:
    told = both(ground.document, ground.library, outcome, "run")
    return text(f"{zh}“{told['zh']}”", f"{en}: “{told['en']}”")


def _outcome_shift(
    ground: Ground,
    name: str,
    rule: Mapping[str, Any],
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    part: str,
    given: Mapping[str, Any],
) -> Shift:
    """Tell what followed from a rule and what follows now; of a reason or basis only that."""
    title = title_of(rule, name)
    speakers = [Words(ground.document, lang, ground.library) for lang in LANGS]
    kind = text(*(each.outcome(now, beside=False) for each in speakers))
    if part in ("reason", "basis"):
        key = text(word(part, "zh"), word(part, "en"))
        what = text(
            f"规则“{title['zh']}”：结果“{kind['zh']}”的{key['zh']}",
            f"The rule “{title['en']}”: {key['en']} of the outcome “{kind['en']}”",
        )
        if part == "reason":
            return phrase_shift(what, was.get("reason"), now.get("reason"))
        old, new = (str(each.get("basis", "")) for each in (was, now))
        return Shift(what, text(old, old) if old else None, text(new, new))
    what = text(f"规则“{title['zh']}”：结果", f"The rule “{title['en']}”: outcome")
    whole = outcome_kind(was) != outcome_kind(now)
    told = [text(*(each.outcome(one, beside=whole) for each in speakers)) for one in (was, now)]
    return Shift(what, *told)
