"""What is wrong with an answer, and how to mend it, in the applicant's words.

A validation error of jsonschema becomes one error or more, each at the field it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import ValidationError
from jsonschema.exceptions import best_match

from ..definitions.pointer import join
from ..definitions.types import Json, Text, text
from . import identifiers
from .exact import decimal_places

MAX_ERRORS = 500
"""No form shows more; a hostile input does not make us say more."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One error: the place it concerns, a stable code, and the message."""

    pointer: str
    code: str
    message: Text

    def to_json(self) -> dict[str, Json]:
        """Give the error as JSON."""
        return {"pointer": self.pointer, "code": self.code, "message": dict(self.message)}


def field_errors(errors: Iterable[ValidationError], is_choice: Callable[[str], bool]) -> list[FieldError]:
    """Turn validation errors into field errors: all of them, each once, by place.

    ``is_choice`` tells of a pointer whether its field is chosen rather than typed. Of
    several errors at one place the first kind stands: what is missing is not also malformed.
    """
    found: dict[tuple[str, str], FieldError] = {}
    for error in errors:
        for each in _told(error, is_choice):
            found.setdefault((each.pointer, each.code), each)
            if len(found) >= MAX_ERRORS:
                break
    wrong_type = {e.pointer for e in found.values() if e.code == "type"}
    kept = [e for e in found.values() if e.pointer not in wrong_type or e.code == "type"]
    return sorted(kept, key=lambda e: (e.pointer, e.code))


def _told(error: ValidationError, is_choice: Callable[[str], bool]) -> Iterator[FieldError]:
    place = join(*error.absolute_path)
    kind = str(error.validator)
    if kind in ("required", "dependentRequired"):
        for name in _missing(error):
            pointer = place + join(name)
            yield FieldError(pointer, "required", CHOOSE if is_choice(pointer) else FILL_IN)
    elif kind in ("anyOf", "oneOf") and error.context:
        closest = best_match(error.context)
        if closest is not None:
            yield from _told(closest, is_choice)
    elif kind == "additionalProperties":
        yield FieldError(
            place, "unknown", text("含有本表不需要的内容", "this holds something the form does not ask for")
        )
    elif kind == "false" or error.validator is None:
        yield FieldError(place, "unknown", text("此处不应填写内容", "nothing is to be filled in here"))
    else:
        teller = _TELLERS.get(kind)
        message = teller(error.validator_value, error.instance) if teller else _GENERAL
        yield FieldError(place, kind, message)


def _missing(error: ValidationError) -> list[str]:
    wanted: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "required":
        return [name for name in wanted if name not in instance]
    present = [name for name in wanted if name in instance]
    return sorted({other for name in present for other in wanted[name] if other not in instance})


FILL_IN = text("请填写此项", "Please fill this in")
CHOOSE = text("请选择一项", "Please choose one")
_GENERAL = text(
    "填写的内容不符合要求，请核对提示后修改",
    "This does not meet the requirements: see the hint and correct it",
)

_TYPES: dict[str, Text] = {
    "number": text("请填写数字，例如 12.5", "Enter a number, for example 12.5"),
    "integer": text("请填写整数，例如 12", "Enter a whole number, for example 12"),
    "string": text("请填写文字", "Enter text"),
    "boolean": text("请选择“是”或“否”", "Choose yes or no"),
    "array": text("请至少选择或添加一项", "Choose or add at least one"),
    "object": text("请把各栏填写完整", "Fill in its parts"),
}

_FORMATS: dict[str, Text] = {
    "date": text("请填写真实存在的日期，格式为 2026-03-01", "Enter a real date like 2026-03-01"),
    "email": text(
        "请填写完整的电子邮箱，例如 name@example.cn", "Enter a full e-mail address like name@example.cn"
    ),
    "uri": text("请填写完整的网址", "Enter a full web address"),
    "cn-phone": text(
        "请填写 11 位手机号，或带区号的固定电话（0539-1234567）",
        "Enter an 11-digit mobile number, or a landline with its area code (0539-1234567)",
    ),
    "project-code": text(
        "请填写投资项目在线平台的 24 位项目代码，例如 2026-371322-47-01-000001",
        "Enter the 24-character code of the investment platform, like 2026-371322-47-01-000001",
    ),
}

_RESIDENT: dict[str, Text] = {
    "form": text(
        "公民身份号码应为 18 位，最后一位可以是 X",
        "A resident ID number has 18 characters; the last may be X",
    ),
    "birth-date": text(
        "公民身份号码中的出生日期不存在，请对照身份证核对第 7 至 14 位",
        "The birth date in this ID number does not exist: check digits 7 to 14 against the card",
    ),
    "check-digit": text(
        "公民身份号码的校验位不符，请对照身份证逐位核对",
        "The check digit of this ID number does not fit: compare it digit by digit with the card",
    ),
}

_CREDIT: dict[str, Text] = {
    "form": text(
        "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）",
        "A unified social credit code has 18 digits or capitals (never I, O, S, V or Z)",
    ),
    "check-digit": text(
        "统一社会信用代码的校验位不符，请对照营业执照逐位核对",
        "The check character of this code does not fit: compare it with the business licence",
    ),
}


def _type(wanted: Any, _: Any) -> Text:
    names = wanted if isinstance(wanted, list) else [wanted]
    return _TYPES.get(str(names[0]), _GENERAL)


def _format(name: Any, value: Any) -> Text:
    if name == "resident-id":
        fault = identifiers.resident(str(value))
        return _RESIDENT[fault] if isinstance(fault, str) else _GENERAL
    if name == "uscc":
        return _CREDIT[identifiers.credit_fault(str(value)) or "check-digit"]
    return _FORMATS.get(str(name), _GENERAL)


def _const(value: Any, _: Any) -> Text:
    if value is True:
        return text("需要选择“是”才能继续", "This must be “yes” to go on")
    if value is False:
        return text("需要选择“否”才能继续", "This must be “no” to go on")
    return text(f"此项应为“{value}”", f"This must be “{value}”")


def _shown(number: Any) -> str:
    return f"{number:,}" if isinstance(number, int) and abs(number) >= 10_000 else str(number)


def _at_least(limit: Any, _: Any) -> Text:
    return text(f"不能小于 {_shown(limit)}", f"This must be {_shown(limit)} or more")


def _at_most(limit: Any, _: Any) -> Text:
    return text(f"不能大于 {_shown(limit)}", f"This must be {_shown(limit)} or less")


def _multiple(step: Any, _: Any) -> Text:
    places = decimal_places(step)
    if places == 0:
        return text("应为整数", "This must be a whole number")
    if places is not None:
        plural = "" if places == 1 else "s"
        return text(f"最多保留 {places} 位小数", f"At most {places} decimal place{plural}")
    return text(f"应为 {step} 的倍数", f"This must be a multiple of {step}")


_TELLERS: dict[str, Callable[[Any, Any], Text]] = {
    "type": _type,
    "format": _format,
    "const": _const,
    "enum": lambda *_: text("请从列出的选项中选择", "Choose one of the options listed"),
    "minimum": _at_least,
    "maximum": _at_most,
    "exclusiveMinimum": lambda n, _: text(f"应大于 {_shown(n)}", f"This must be more than {_shown(n)}"),
    "exclusiveMaximum": lambda n, _: text(f"应小于 {_shown(n)}", f"This must be less than {_shown(n)}"),
    "multipleOf": _multiple,
    "formatMinimum": lambda day, _: text(f"不能早于 {day}", f"This must not be before {day}"),
    "formatMaximum": lambda day, _: text(f"不能晚于 {day}", f"This must not be after {day}"),
    "minLength": lambda n, _: (
        FILL_IN if n == 1 else text(f"至少填写 {n} 个字", f"Enter at least {n} characters")
    ),
    "maxLength": lambda n, v: text(
        f"最多 {n} 个字，现有 {len(v)} 个字，请精简",
        f"At most {n} characters; there are {len(v)}: shorten it",
    ),
    "pattern": lambda *_: text(
        "格式不符合要求，请对照提示修改", "The form is not right: see the hint and correct it"
    ),
    "minItems": lambda n, _: text(f"至少需要 {n} 项，请添加", f"At least {n} are needed: add more"),
    "maxItems": lambda n, _: text(f"最多 {n} 项，请删去多余的", f"At most {n}: remove some"),
    "uniqueItems": lambda *_: text(
        "有重复的内容，请删去重复项", "Some are the same: remove the repeated ones"
    ),
    "contains": lambda *_: text("缺少必需的一项，请补充", "A needed entry is missing: add it"),
}
