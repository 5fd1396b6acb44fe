"""Canonical JSON (RFC 8785), content hashes, and a strict, bounded JSON reader."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from json.encoder import encode_basestring
from typing import Any

from .places import Token, place
from .types import Json, Problem, text

MAX_DEPTH = 64
"""Nesting deeper than this is refused: no definition or form needs it."""

MAX_BYTES = 10_000_000
"""A document larger than this is refused before it is parsed."""

MAX_SAFE_INTEGER = 2**53 - 1
"""Integers beyond this do not survive a JSON reader that uses doubles (RFC 8259 §6)."""


class MalformedJson(ValueError):
    """The text is no JSON that the platform takes; ``problem`` says why and where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message["en"])
        self.problem = problem


def canonical(value: Json) -> bytes:
    """Serialise a JSON value as RFC 8785 (JCS) says; raises ValueError for what JSON cannot hold."""
    return _serialise(value).encode("utf-8", "surrogatepass")


def digest(value: Json) -> str:
    """Give ``sha256:<hex>`` over the canonical form: the identity of a document's content."""
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def _serialise(value: Json) -> str:
    # texts and objects first: a case is made of little else, and is hashed several times over
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        return (
            "{" + ",".join([f"{encode_basestring(k)}:{_serialise(value[k])}" for k in _ordered(value)]) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ",".join([_serialise(item) for item in value]) + "]"
    if value is None or value is True or value is False:
        return _NAMES[value]
    if isinstance(value, int):
        return str(value) if abs(value) <= MAX_SAFE_INTEGER else _number(float(value))
    if isinstance(value, float):
        return _number(value)
    raise ValueError(f"{type(value).__name__} is no JSON value")


_NAMES = {None: "null", True: "true", False: "false"}


def _ordered(value: dict[str, Json]) -> list[str]:
    """Give the keys in the order of their UTF-16 code units, of which Python's own differs beyond ASCII."""
    if all(map(str.isascii, value)):
        return sorted(value)
    return sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


def _number(value: float) -> str:
    """Print a double as ECMAScript does (RFC 8785 §3.2.2.3): 1.0 is 1, 1e21 is 1e+21."""
    if not math.isfinite(value):
        raise ValueError("NaN and infinity are no JSON numbers")
    if value == 0:
        return "0"
    sign, rest = ("-", repr(-value)) if value < 0 else ("", repr(value))
    mantissa, _, exponent = rest.partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # the value is 0.DIGITS × 10^point
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = point - 1
    tail = "." + digits[1:] if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"


def loads(data: bytes | str, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Json:
    """Read JSON strictly: UTF-8, bounded size and depth, no duplicate keys, no NaN.

    Raises :class:`MalformedJson` with the place (a pointer; of a slip of the pen line and column) and the remedy.
    """
    if isinstance(data, bytes):
        if len(data) > max_bytes:
            raise _too_large(len(data), max_bytes)
        try:
            data = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise MalformedJson(
                Problem(
                    "",
                    "not-utf8",
                    text(f"第 {error.start} 字节不是 UTF-8 编码", f"byte {error.start} is not UTF-8"),
                    text("请将文件另存为 UTF-8 编码", "save the file in UTF-8"),
                )
            ) from error
    elif len(data) > max_bytes:
        raise _too_large(len(data), max_bytes)
    _check_depth(data, max_depth)
    try:
        return json.loads(
            data,
            object_pairs_hook=_pairs,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except MalformedJson as error:
        # the reader knows what is wrong and not where
        raise MalformedJson(replace(error.problem, pointer=place(data, _WRONG[error.problem.code]))) from None
    except json.JSONDecodeError as error:
        at = error.pos
        raise MalformedJson(
            Problem(
                place(data, lambda token: token.start + len(token.text) > at),
                "malformed-json",
                text(
                    f"第 {error.lineno} 行第 {error.colno} 列不是合法的 JSON",
                    f"line {error.lineno} column {error.colno} is not valid JSON: {error.msg}",
                ),
                text("请检查该处的引号、逗号和括号", "check the quotes, commas and brackets there"),
            )
        ) from error


def _too_large(size: int, limit: int) -> MalformedJson:
    return MalformedJson(
        Problem(
            "",
            "too-large",
            text(
                f"内容有 {size} 字节，超过上限 {limit} 字节",
                f"{size} bytes is more than the limit of {limit} bytes",
            ),
            text("请拆分后分别提交", "split it and send the parts one by one"),
        )
    )


_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def _check_depth(data: str, limit: int) -> None:
    """Refuse deep nesting before the recursive parser sees it."""
    depth = 0
    for match in _STRUCTURE.finditer(data):
        character = match.group()
        if character in ("[", "{"):
            depth += 1
            if depth > limit:
                raise MalformedJson(
                    Problem(
                        place(data, lambda token: token.depth == limit and token.text in "[{"),
                        "too-deep",
                        text(f"嵌套超过 {limit} 层", f"nested more than {limit} levels deep"),
                        text("请减少嵌套层数", "nest less deeply"),
                    )
                )
        elif character in ("]", "}"):
            depth -= 1


def _is_no_number(token: Token) -> bool:
    try:
        return not math.isfinite(float(token.text))
    except ValueError:
        return False


_WRONG: dict[str, Callable[[Token], bool]] = {
    "duplicate-key": lambda token: token.repeats,
    "not-a-number": _is_no_number,
}


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise MalformedJson(
                Problem(
                    "",
                    "duplicate-key",
                    text(f"同一对象中键“{key}”重复出现", f"the key {key!r} appears twice in one object"),
                    text("请只保留一个", "keep only one of them"),
                )
            )
        result[key] = value
    return result


def _integer(literal: str) -> int | float:
    # int() of a literal with more than 4300 digits raises; as a double such a number is infinite
    if len(literal) > 400:
        return _constant(literal)
    return int(literal)


def _float(literal: str) -> float:
    value = float(literal)
    return value if math.isfinite(value) else _constant(literal)


def _constant(name: str) -> float:
    raise MalformedJson(
        Problem(
            "",
            "not-a-number",
            text(f"“{name[:20]}”不是合法的 JSON 数值", f"{name[:20]} is no JSON number"),
            text("请填写普通数值，或删去该项", "write an ordinary number, or leave it out"),
        )
    )
