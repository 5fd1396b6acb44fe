"""What follows from a rule: outcomes added, taken out, of another kind, and each with its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Text, text
from ..rules.combine import DEPARTMENT
from .bundles import departments
from .edits import Edit
from .operations import Ground, Step, operation, refuse
from .ruleset_edits import name_along, name_dropped, rule_of, said, title_of, typed_value, with_rule
from .ruleset_parts import facts_of, outcome_kind, outcomes_of
from .ruleset_shape import blank
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

WINDOW = "window"
"""The way that a route goes which nobody has said another for."""

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
        value = WINDOW
    return {kind: value, "reason": dict(UNSAID), "basis": _basis(document)}


def whole_rows(document: Mapping[str, Any], library: Any) -> dict[str, Any]:
    """Give a ruleset written elsewhere with what its rows leave open as a new rule of the designer has it.

    A text in one language stands for both until it is translated; an outcome without a reason or a basis has them
    still to be filled in. All of it is found by the check.
    """
    made = dict(document)
    for key in ("rules", "facts", "parameters"):
        listed = document.get(key)
        if isinstance(listed, Mapping):
            made[key] = {name: _titled(raw) for name, raw in listed.items()}
    rules = made.get("rules")
    if isinstance(rules, Mapping):
        made["rules"] = {name: _followed(made, rule, library) for name, rule in rules.items()}
    return made


def _titled(raw: Any) -> Any:
    return {**raw, "title": _phrase(raw["title"])} if isinstance(raw, Mapping) and "title" in raw else raw


def _phrase(said: Any) -> Any:
    known = (
        next((said[lang] for lang in ("zh", "en") if said.get(lang)), "") if isinstance(said, Mapping) else ""
    )
    return {"zh": known, "en": known, **said} if known else said


def _followed(document: Mapping[str, Any], rule: Any, library: Any) -> Any:
    if not isinstance(rule, Mapping):
        return rule
    run = rule.get("run", first_outcome(document, library))
    several = isinstance(run, list)
    listed = [_reasoned(document, each) for each in (run if several else [run])]
    return {**rule, "run": listed if several else listed[0]}


def _reasoned(document: Mapping[str, Any], outcome: Any) -> Any:
    if not isinstance(outcome, Mapping) or outcome_kind(outcome) in ("", "assert"):
        return outcome
    reason = _phrase(outcome["reason"]) if "reason" in outcome else dict(UNSAID)
    return {**outcome, "reason": reason, "basis": outcome.get("basis") or _basis(document)}


def _basis(document: Mapping[str, Any]) -> str:
    return str(document.get("basis") or "待填写依据")


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


@operation("route_to")
def route_to(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Hand the sub-case (outcome ``n`` of ``rule``) to a department that the library has (``value`` is its code).

    With an empty ``value`` it goes another way again.
    """
    name, rule, listed, number = _outcome(ground, given)
    code, was = str(given["value"]), listed[number]
    known, old = departments(ground.library), str(was.get("route", ""))
    new = DEPARTMENT + code if code else WINDOW
    if new == old or (code and code not in known) or (not code and not old.startswith(DEPARTMENT)):
        return Step((), text("", ""))
    listed[number] = {**was, "route": new}
    names = dict(ground.document.get("names", {}))
    edits = name_dropped(ground.document, old)
    if code and new not in names:
        names[new] = dict(known[code])
        edits = (*edits, Edit("set", ("names", new), names[new]))
    speaking = replace(ground, document={**ground.document, "names": names})
    step = _outcomes(
        ground, name, rule, listed, _outcome_shift(speaking, name, rule, was, listed[number], "", given)
    )
    return replace(step, edits=(*step.edits, *edits))


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
