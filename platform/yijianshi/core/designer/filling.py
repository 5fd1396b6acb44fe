"""The operations behind the fields of the designer: what was typed, put at its address as its type."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from ..definitions.pointer import MISSING
from ..definitions.types import Json, Text, text
from .addresses import get, pointer
from .automatic import outlived, stands_in
from .edits import Edit
from .operations import Ground, Step, operation, refuse
from .sentences import shift_of, told

_HAN = re.compile(r"[㐀-鿿豈-﫿]|[\U00020000-\U0003134f]")

LIMIT = 200_000
"""Characters of one field."""


def untranslated(phrase: Any) -> bool:
    """Tell whether a bilingual text lacks its English: it is missing, still Chinese, or of a name since replaced."""
    if not isinstance(phrase, Mapping) or not isinstance(phrase.get("zh"), str):
        return False
    english = phrase.get("en")
    if not isinstance(english, str) or not english.strip() or _HAN.search(english):
        return True
    return outlived(phrase)


def follows(known: Mapping[str, Any], lang: str, typed: str) -> bool:
    """Tell whether what is typed in one language stands for the other too.

    The English that was never written follows the Chinese; the Chinese follows nothing that is typed over it.
    """
    if typed == known.get(lang):
        return False
    other = "en" if lang == "zh" else "zh"
    unwritten = known.get("en") == known.get("zh") or stands_in(known)
    return not known.get(other) or (lang == "zh" and unwritten)


@operation("fill")
def fill(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put what was typed (``value``) at an address (``at``) as a text, integer, number, yes_no, list or json."""
    at, typed = tuple(given["at"]), given["value"]
    if isinstance(typed, list) and given.get("as") not in ("list", "lines"):
        typed = typed[-1] if typed else ""
    value = _read(ground, at, given.get("as", "text"), typed)
    known = get(ground.document, at)
    if value is MISSING:
        edit = Edit("unset", at) if known is not MISSING else None
    else:
        edit = Edit("set", at, value)
    name = "/".join(at)
    if edit is None:
        return Step((), text("", ""), name)
    return _told(ground, edit, name)


@operation("say")
def say(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put a phrase of one language (``lang``, ``value``) into the bilingual text at ``at``.

    A text that has only one language yet has the same phrase in the other, so that the document
    stays whole; it counts as untranslated until the English is written.
    """
    at, lang, typed = tuple(given["at"]), given["lang"], str(given["value"]).strip()
    _short(ground, at, typed)
    known = get(ground.document, at)
    other = "en" if lang == "zh" else "zh"
    if not isinstance(known, Mapping):
        phrase: Any = {lang: typed, other: typed} if typed else MISSING
    elif not typed and lang == "en" and known.get("zh"):
        # it is untranslated again, and the Chinese stays
        phrase = {**known, "en": known["zh"]}
    elif not typed and given.get("optional"):
        phrase = MISSING
    else:
        phrase = {**known, lang: typed, **({other: typed} if typed and follows(known, lang, typed) else {})}
    if phrase is MISSING:
        edits = (Edit("unset", at),) if known is not MISSING else ()
    else:
        edits = (Edit("set", at, phrase),)
    name = "/".join((*at, lang))
    return _told(ground, edits[0], name) if edits else Step((), text("", ""), name)


def _told(ground: Ground, edit: Edit, name: str) -> Step:
    shift = shift_of(ground.document, edit, ground.library)
    return Step.of((edit,), shift or told(ground.document, edit, library=ground.library), name)


def _read(ground: Ground, at: tuple[str, ...], kind: str, typed: Any) -> Any:
    if kind in ("list", "lines"):
        return _list(typed, kind)
    written = str(typed).strip()
    _short(ground, at, written)
    if not written:
        return MISSING
    if kind == "integer":
        if not re.fullmatch(r"[-+]?\d{1,15}", written, re.ASCII):
            raise _unreadable(ground, at, text("请填写整数，例如 20", "write a whole number, like 20"))
        return int(written)
    if kind == "number":
        return _number(ground, at, written)
    if kind == "yes_no":
        return written == "true"
    if kind == "json":
        try:
            return json.loads(written)
        except ValueError as error:
            line = getattr(error, "lineno", 1)
            raise _unreadable(
                ground,
                at,
                text(f"第 {line} 行不是有效的 JSON，请检查逗号和引号", f"line {line} is no JSON: {error}"),
            ) from error
    return written


def _list(typed: Any, kind: str) -> Json:
    if kind == "lines":
        lines = typed if isinstance(typed, list) else str(typed).splitlines()
        found = [line.strip() for each in lines for line in str(each).splitlines() if line.strip()]
    else:
        found = [str(each) for each in (typed if isinstance(typed, list) else [typed]) if str(each)]
    unique = list(dict.fromkeys(found))
    return unique or MISSING


def _number(ground: Ground, at: tuple[str, ...], written: str) -> int | float:
    try:
        number = float(written.replace(",", ""))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) >= 2**53:
        raise _unreadable(ground, at, text("请填写数字，例如 300 或 0.5", "write a number, like 300 or 0.5"))
    return int(number) if number.is_integer() else number


def _short(ground: Ground, at: tuple[str, ...], written: str) -> None:
    if len(written) > LIMIT:
        remedy = text(f"请缩短到 {LIMIT} 个字以内", f"shorten it to {LIMIT} characters")
        raise refuse(pointer(ground.document, at), "too-long", text("内容过长", "this is too long"), remedy)


def _unreadable(ground: Ground, at: tuple[str, ...], remedy: Text) -> Exception:
    return refuse(
        pointer(ground.document, at),
        "unreadable",
        text("填写的内容无法识别", "what was typed cannot be read"),
        remedy,
    )
