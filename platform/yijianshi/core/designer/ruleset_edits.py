"""What every operation on a ruleset is made of: a rule changed, a value read as its type, a phrase said."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, Text, text
from .between import edits_between
from .edits import Edit
from .filling import follows
from .operations import Ground, Step, refuse
from .ruleset_parts import NAMED_HERE, outcomes_of, phrase_of, uses_of
from .shifts import Shift
from .wording import both
from .words import word


def changed(
    ground: Ground, document: Mapping[str, Any], said: Text | Shift, typing: str | None = None
) -> Step:
    """Give the step that makes the document another."""
    return Step.of(edits_between(ground.document, document), said, typing)


def with_rule(
    ground: Ground, name: str, rule: Mapping[str, Any], said: Text | Shift, typing: str | None = None
) -> Step:
    """Give the step that makes one rule another."""
    rules = {**ground.document["rules"], name: rule}
    return changed(ground, {**ground.document, "rules": rules}, said, typing)


def differences(ground: Ground, what: Text, old: Mapping[str, Any], new: Mapping[str, Any]) -> Text | Shift:
    """Tell what of a fact or a parameter was, and what it is now."""
    shifts = [
        Shift(
            text(f"{what['zh']}的{word(key, 'zh')}", f"{what['en']}: {word(key, 'en')}"),
            both(ground.document, ground.library, old[key], key) if key in old else None,
            both(ground.document, ground.library, new[key], key) if key in new else None,
        )
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    ]
    if len(shifts) == 1:
        return shifts[0]
    said = [shift.sentence for shift in shifts]
    return text("；".join(each["zh"] for each in said), "; ".join(each["en"] for each in said))


def rule_of(ground: Ground, given: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Give the rule an operation names; Refused when it is not there."""
    name = str(given["rule"])
    found = ground.document.get("rules", {}).get(name)
    if not isinstance(found, Mapping):
        raise gone(join("rules", name))
    return name, found


def gone(pointer: str) -> Exception:
    """Refuse what would change something that is not there."""
    return refuse(
        pointer,
        "misplaced",
        text("要修改的内容已不存在", "what this changes is not there any more"),
        text(
            "它可能已被删除；请在最新内容上重做",
            "it may have been removed: do it again on the newest content",
        ),
    )


def title_of(rule: Any, name: str) -> Text:
    """Call a rule by its title, its name where it has none."""
    title = rule.get("title") if isinstance(rule, Mapping) else None
    return text(title["zh"], title["en"]) if isinstance(title, Mapping) else text(name, name)


def typed_value(kind: str, typed: Any, pointer: str) -> Json:
    """Read what was typed as a value of a fact's type; Refused when it is none, None when nothing was typed."""
    written = str(typed[-1] if isinstance(typed, list) and typed else typed).strip()
    if not written:
        return None
    if kind == "boolean":
        return written == "true"
    if kind == "date":
        try:
            return date.fromisoformat(written).isoformat()
        except ValueError:
            raise unreadable(
                pointer, text("请填写日期，例如 2026-01-31", "write a date, like 2026-01-31")
            ) from None
    if kind in ("integer", "decimal", "money"):
        return _number(kind, written, pointer)
    return written


def typed_values(kind: str, typed: Any, pointer: str) -> list[Json]:
    """Read a list of values: boxes, or text with a value a line or between commas."""
    between = r"\n" if kind in ("text", "choice") else r"[\n,，、;；\s]"
    listed = typed if isinstance(typed, list) else re.split(between, str(typed))
    found = [typed_value(kind, each, pointer) for each in listed if str(each).strip()]
    unique = [value for number, value in enumerate(found) if value not in found[:number]]
    if not unique:
        raise unreadable(pointer, text("请至少填写一个值", "write one value at least"))
    return unique


def unreadable(pointer: str, remedy: Text) -> Exception:
    """Refuse what cannot be read."""
    return refuse(pointer, "unreadable", text("填写的内容无法识别", "what was typed cannot be read"), remedy)


def said(known: Any, lang: str, typed: Any) -> dict[str, str] | None:
    """Put a phrase of one language into a text of two; None when nothing is left of it.

    A text that has only one language yet has the same phrase in the other, and counts as untranslated.
    """
    phrase = str(typed).strip()
    other = "en" if lang == "zh" else "zh"
    if not phrase and lang == "en" and isinstance(known, Mapping):
        # it is untranslated again
        return {**known, "en": str(known.get("zh") or known.get("en"))}
    if not phrase:
        return None
    if not isinstance(known, Mapping):
        return {lang: phrase, other: phrase}
    return {**known, lang: phrase, **({other: phrase} if follows(known, lang, phrase) else {})}


def _number(kind: str, written: str, pointer: str) -> int | float:
    if kind == "integer":
        if not re.fullmatch(r"[-+]?\d{1,15}", written, re.ASCII):
            raise unreadable(pointer, text("请填写整数，例如 20", "write a whole number, like 20"))
        return int(written)
    try:
        number = float(written.replace(",", ""))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) >= 2**53:
        raise unreadable(pointer, text("请填写数字，例如 300 或 0.5", "write a number, like 300 or 0.5"))
    return int(number) if number.is_integer() else number


def name_along(document: Mapping[str, Any], old: Any, new: Any) -> tuple[Edit, ...]:
    """Let what a code is called go along with the code, unless another outcome has it still."""
    names = document.get("names", {})
    if not isinstance(new, str) or old not in names or new in names or old == new:
        return ()
    return (*name_dropped(document, old), Edit("set", ("names", new), names[old]))


def name_dropped(document: Mapping[str, Any], code: str) -> tuple[Edit, ...]:
    """Let go of what a code is called, which one outcome has no longer, unless another has it still."""
    users = [each for rule in document["rules"].values() for each in outcomes_of(rule)]
    shared = sum(each.get(kind) == code for each in users for kind in NAMED_HERE) > 1
    kept = shared or code not in document.get("names", {})
    return () if kept else (Edit("unset", ("names", code), prune=1),)


# facts and parameters


def name_for(document: Mapping[str, Any], wish: str) -> str:
    """Give a name for a fact or parameter that is not taken, near what is wished."""
    base = re.sub(r"[^a-z0-9_]+", "_", wish.lower()).strip("_") or "fact"
    taken = {*document.get("facts", {}), *document.get("parameters", {})}
    number = 2
    name = base
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def dropped(ground: Ground, key: str, kind: str, name: str, called: Text) -> Step:
    """Take a fact or a parameter (``key`` of the document) out; refused while a rule uses it."""
    listed = ground.document.get(key, {})
    if name not in listed:
        raise gone(join(key, name))
    title = phrase_of(listed[name].get("title"), name)
    users = uses_of(ground.document, kind, name)
    if users:
        rules = ground.document["rules"]
        names = [title_of(rules[each], each) for each in users]
        raise refuse(
            join(key, name),
            "in-use",
            text(
                f"{called['zh']}“{title['zh']}”还用在规则中：" + "、".join(each["zh"] for each in names),
                f"the {called['en']} “{title['en']}” is used by: " + ", ".join(each["en"] for each in names),
            ),
            text("请先从这些规则中去掉它", "take it out of these rules first"),
        )
    rest = {each: raw for each, raw in listed.items() if each != name}
    return changed(
        ground,
        {**ground.document, key: rest},
        text(f"删除{called['zh']}“{title['zh']}”", f"The {called['en']} “{title['en']}” removed"),
    )
