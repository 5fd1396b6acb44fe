"""What must hold of an element beyond its meta-schema, and what others may know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jsonschema import Draft202012Validator, ValidationError

from ..definitions.pointer import get, join
from ..definitions.types import Problem, Text, text
from ..forms.fields import FIELD_TYPES
from ..functions import problems as compute_problems
from .expected import kinds, shown
from .rows import row_problems
from .whole import Part, Shelf

_KEYWORDS = Draft202012Validator(Draft202012Validator.META_SCHEMA)


def check_element(part: Part, shelf: Shelf) -> list[Problem]:
    """Check an element: it must not extend itself, its schema must be one, its options its values."""
    found = schema_problems(part, "/schema")
    part = part.but(problem.pointer for problem in found)
    if part.stands("/compute") and "compute" in part.document:
        found += [p.at("", "/compute") for p in compute_problems(part.document["compute"])]
    line, ends = _line(part, shelf)
    if ends == "circle":
        found.append(
            Problem(
                "/extends",
                "circular-extends",
                text("数据元的继承关系成环", "elements extend one another in a circle"),
                text("请去掉其中一处“继承自”", "let one of them extend none"),
            )
        )
    if ends != "whole":
        return found
    kind = _inherited(line, "/type")
    if kind is None:
        found.append(
            Problem(
                "",
                "no-type",
                text(
                    "没有字段类型，也没有继承自别的数据元",
                    "no field type, neither its own nor inherited",
                ),
                text("请选择字段类型", "choose a field type"),
            )
        )
    elif kind.stands("/type") and kind.document["type"] in ("choice", "multiple_choice"):
        found += _options(part, line)
    elif kind.text("/type") == "group" and {"type", "schema"} & set(part.document):
        ruler = _inherited(line, "/schema")
        found += row_problems(ruler.mapping("/schema") if ruler else {}, "/schema", part)
    return found


def _line(part: Part, shelf: Shelf) -> tuple[list[Part], str]:
    """Give an element and what it extends, the nearest first, and whether that ends ``whole``."""
    own = part.text("/code")
    line, seen = [part], {own}
    while "extends" in line[-1].document or not line[-1].stands("/extends"):
        code = line[-1].text("/extends")
        if code is not None and code == own:
            return line, "circle"
        further = shelf.find("element", code)
        if further is None or code in seen:
            return line, "broken"
        line.append(further)
        seen.add(code)
    return line, "whole"


def _inherited(line: list[Part], pointer: str) -> Part | None:
    """Give the element of a line that a key comes from, or would if it were not broken there."""
    for part in line:
        if pointer.removeprefix("/") in part.document or not part.stands(pointer):
            return part
    return None


def _options(part: Part, line: list[Part]) -> Iterator[Problem]:
    """Check the options of a choice, where the element itself says something of them."""
    giver, ruler = _inherited(line, "/options"), _inherited(line, "/schema")
    own = {"type", "options", "schema"} & set(part.document)
    if giver is None:
        if "type" in own:
            yield Problem(
                "/options",
                "no-options",
                text("选择题没有选项", "a choice without options"),
                text("请补充选项", "add its options"),
            )
        return
    schema = ruler.mapping("/schema") if ruler else {}
    inner = schema.get("items", schema)
    allowed = inner.get("enum") if isinstance(inner, Mapping) else None
    values = [option.text("/value") for _, option in giver.each("/options")]
    listed = giver.document.get("options")
    known = giver.stands("/options") and isinstance(listed, list) and len(values) == len(listed)
    if not own or not known or None in values or not isinstance(allowed, list) or None in allowed:
        return
    if sorted(map(str, allowed)) != sorted(map(str, values)):
        yield Problem(
            "/options",
            "options-differ",
            text(
                "选项与取值规则中的可选值不一致", "the options are not the values that the value rules list"
            ),
            text("请使两者取值一致", "let both list the same values"),
        )


def type_of(code: str, shelf: Shelf) -> str | None:
    """Give the field type of an element, its own or inherited; None where that cannot be told."""
    part = shelf.find("element", code)
    if part is None:
        return None
    line, ends = _line(part, shelf)
    giver = _inherited(line, "/type") if ends == "whole" else None
    kind = giver.text("/type") if giver else None
    return kind if kind in FIELD_TYPES else None


def _said(error: ValidationError) -> tuple[Text, Text]:
    """Say what is wrong at a place of a JSON Schema, and how to mend it."""
    name, known = str(error.absolute_path[-1]) if error.absolute_path else "", shown(error.instance)
    wanted = kinds(error.validator_value) if error.validator == "type" else None
    if wanted is None:
        return (
            text(f"“{name}”不能是{known['zh']}", f"“{name}” cannot be {known['en']}"),
            text("请按 JSON Schema 2020-12 改正", "correct it as JSON Schema 2020-12 wants it"),
        )
    return (
        text(f"“{name}”应为{wanted['zh']}", f"“{name}” should be {wanted['en']}"),
        text(f"请改为{wanted['zh']}", f"make it {wanted['en']}"),
    )


def schema_problems(part: Part, pointer: str) -> list[Problem]:
    """Find what is no JSON Schema in a schema that stands, every place of it."""
    schema = get(part.document, part.place + pointer)
    if not isinstance(schema, Mapping) or not part.stands(pointer):
        return []
    return [
        Problem(
            pointer + join(*error.absolute_path),
            "no-json-schema",
            *_said(error),
        )
        for error in _KEYWORDS.iter_errors(schema)
    ]
