"""What is done to the rules of a ruleset as rows: added, copied, moved, taken out; columns."""

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
from .operations import Ground, Step, operation
from .ruleset_edits import changed, rule_of, said, title_of, typed_value, unreadable, with_rule
from .ruleset_outcomes import first_outcome
from .ruleset_parts import NAMED_HERE, ROWS_OF_PAGE, facts_of, free, outcomes_of
from .ruleset_shape import Leaf, cells_of, children, kind_of, leaf_json, tree_of, with_children, with_tree
from .sentences import several
from .shifts import Shift, phrase_shift
from .wording import LANGS, Words, both

PRIORITIES = 50_000
"""The greatest priority."""


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
    """Take a rule (``rule``) out; test cases no longer expect anything of it, and what only it names is called nothing."""
    name, rule = rule_of(ground, given)
    rules = {key: value for key, value in ground.document["rules"].items() if key != name}
    order = [each for each in reading_order(ground.document) if each != name]
    document = with_order({**ground.document, "rules": rules}, order)
    tests = document.get("tests")
    if isinstance(tests, Mapping):
        document["tests"] = _without(tests, name)
    names = _still_named(document, rule)
    if not names:
        document.pop("names", None)
    else:
        document["names"] = names
    title = title_of(rule, name)
    return changed(ground, document, text(f"删除规则“{title['zh']}”", f"The rule “{title['en']}” removed"))


def _still_named(document: Mapping[str, Any], gone: Mapping[str, Any]) -> dict[str, Any]:
    """Give what codes are called, without those that no rule has since this one is gone."""
    left = {code for rule in document["rules"].values() for code in _codes(rule)}
    known = document.get("names")
    named = known if isinstance(known, Mapping) else {}
    return {code: said for code, said in named.items() if code in left or code not in _codes(gone)}


def _codes(rule: Any) -> set[str]:
    """Give the codes that the outcomes of a rule name, which the ruleset says what they are called."""
    named = (outcome[kind] for outcome in outcomes_of(rule) for kind in NAMED_HERE if kind in outcome)
    return {code for code in named if isinstance(code, str)}


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
    # whoever moves a row goes on looking at it
    return replace(
        changed(ground, with_order(ground.document, order), said), shows=_page_of(order.index(name))
    )


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
