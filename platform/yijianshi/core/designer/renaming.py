"""An own field's code and an option's stored value, renamed with all that hangs on them in the document.

A code is part of the place answers are kept at, so it stands in many: the schema and what it
requires, conditions, the layout's scopes, what is computed, and whatever else names the place. The
renamed document is made as a whole, and its edits are those between the two. Other definitions are
drafts of their own and are left alone: ``naming`` lists those that name the place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ..bundles.fields import scope_pointer
from ..definitions.library import Library
from ..definitions.pointer import MISSING, join, tokens, within
from ..definitions.types import Json, Text, text
from .addresses import get
from .between import edits_between
from .controls import id_of, name_of
from .forms import CHOICES, field_of, form_in, gone, whole
from .layout import Form, Said, schema_tokens
from .operations import Ground, Refused, Step, operation, refuse
from .options import LONGEST, check_value, renamed, stored_otherwise

_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_RESERVED = ("elements", "form", "items", "properties", "required", "schema", "situations", "ui")
"""What holds a form together: a field of that name could not be told from it."""

_BESIDE = ("if", "then", "else", "not")
_TOGETHER = ("allOf", "anyOf", "oneOf")
_REQUIRED = "required:"


@operation("rename_field")
def rename_field(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Give a ``field`` of the form's own another code (``value``), wherever the document names it."""
    form, pointer = form_in(ground.document), str(given["field"])
    said = _own(ground, form, pointer)
    old, new = tokens(pointer)[-1], str(given["value"]).strip()
    if new == old:
        return Step((), text("", ""))
    inside = pointer.rpartition("/")[0]
    _check_code(ground, form, inside, new)
    place = inside + join(new)
    change = _Change(name=lambda name: new if name == old else name)
    document = _changed(ground.document, form, pointer, change)
    swaps = ((pointer, place), (_scope(pointer), _scope(place)))
    sentence = text(
        f"“{said.title['zh']}”的编码由“{old}”改为“{new}”",
        f"“{said.title['en']}”: code changed from “{old}” to “{new}”",
    )
    return _step(ground, _moved(document, swaps), sentence, place, code_field(place))


@operation("rename_option")
def rename_option(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Give an ``option`` of a ``field`` another stored value (``value``), wherever the document compares with it.

    Without a field it is an option of the element on the desk.
    """
    if "field" not in given:
        return stored_otherwise(ground, given)
    form, pointer = form_in(ground.document), str(given["field"])
    said = _own(ground, form, pointer)
    old, new = str(given["option"]), str(given["value"]).strip()
    if old not in [each["value"] for each in said.options] or said.type not in CHOICES:
        raise gone(form, old)
    if new == old:
        return Step((), text("", ""))
    check_value(said.options, new, join(*form.at))
    change = _Change(value=lambda value: new if isinstance(value, str) and value == old else value)
    document = _changed(ground.document, form, pointer, change)
    return _step(ground, document, renamed(said, old, new), pointer, option_field(pointer, new))


def code_field(pointer: str) -> dict[str, str]:
    """Give the operation of the control that holds a field's code."""
    return {"op": "rename_field", "field": pointer}


def option_field(pointer: str, value: str) -> dict[str, str]:
    """Give the operation of the control that holds an option's stored value."""
    return {"op": "rename_option", "field": pointer, "option": value}


def naming(library: Library, document: Mapping[str, Any], pointer: str) -> list[tuple[str, str]]:
    """Give the (kind, code) of every other definition that names a field's place."""
    own = (document["kind"], document["code"])
    wanted = (pointer, _scope(pointer))
    return sorted(
        key
        for each in library
        if (key := (str(each["kind"]), str(each["code"]))) != own
        and any(within(place, old) for place in _places(each) for old in wanted)
    )


# inside


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of a field's name, and of a value compared with its answer."""

    name: Callable[[str], str] = _same
    value: Callable[[Json], Json] = _same

    def path(self, path: Sequence[str]) -> list[str]:
        """Give the path of the field after the change."""
        return [*path[:-1], self.name(path[-1])]

    def answer(self, answer: Json) -> Json:
        """Change an answer, or each of several."""
        return [self.answer(each) for each in answer] if isinstance(answer, list) else self.value(answer)

    def leaf(self, schema: Any) -> Any:
        """Change what a schema says of the field's answers."""
        if not isinstance(schema, Mapping):
            return schema
        made: dict[str, Any] = {}
        for key, value in schema.items():
            if key in ("const", "default", "enum", "example", "examples"):
                value = self.answer(value)
            elif key in ("items", "contains", *_BESIDE):
                value = self.leaf(value)
            elif key in _TOGETHER and isinstance(value, list):
                value = [self.leaf(part) for part in value]
            elif key == "x-options" and isinstance(value, list):
                value = [{**option, "value": self.value(option["value"])} for option in value]
            made[key] = value
        return made


def _own(ground: Ground, form: Form, pointer: str) -> Said:
    said = field_of(ground, form, pointer)
    if said.element is not None:
        raise refuse(
            join(*form.at),
            "element-named",
            text("数据元的编码和选项由数据元字典规定", "the dictionary names an element and its options"),
            text(
                "请在数据元中修改，或改用本表单自己的字段",
                "change the element, or add a field of the form's own",
            ),
        )
    return said


def _check_code(ground: Ground, form: Form, inside: str, new: str) -> None:
    if len(new) > LONGEST or not _CODE.fullmatch(new):
        raise _refused(
            form,
            "wrong-code",
            text(f"“{new[:LONGEST]}”不能作编码", f"“{new[:LONGEST]}” cannot be a code"),
            text(
                f"以小写字母开头，只用小写字母、数字和单个下划线，不超过 {LONGEST} 个字符，例如 dig_area",
                f"begin with a small letter; small letters, digits and single underscores, {LONGEST} at most, like dig_area",
            ),
        )
    place = inside + join(new)
    if new in _RESERVED or ground.library.has("element", ".".join(tokens(place))):
        raise _refused(
            form,
            "reserved-code",
            text(f"编码“{new}”已由系统或数据元占用", f"the code “{new}” is reserved or an element's"),
            text(
                "请换一个编码；要采用数据元，请从字典中加入", "choose another; add the element if you mean it"
            ),
        )
    if get(form.schema, schema_tokens(place)) is not MISSING:
        raise _refused(
            form,
            "code-taken",
            text(f"这里已有编码为“{new}”的字段", f"there is a field “{new}” here already"),
            text("请换一个编码", "choose another code"),
        )


def _refused(form: Form, code: str, message: Text, remedy: Text) -> Refused:
    return refuse(join(*form.at), code, message, remedy)


def _step(
    ground: Ground, document: Mapping[str, Any], sentence: Text, select: str, focus: Mapping[str, str]
) -> Step:
    edits = tuple(whole(edits_between(ground.document, document), document, 0))
    return Step(edits, sentence, None, {"select": select}, id_of(name_of(focus)))


def _changed(document: Mapping[str, Any], form: Form, pointer: str, change: _Change) -> Any:
    """Change what the document says by the field's name below its place, and by the values of its answers."""
    path = tokens(pointer)
    known = get(document, form.at)
    made = {
        **known,
        "schema": _schema(known["schema"], path, change),
        "ui": _layout(known.get("ui", {}), path, change),
    }
    return _computed({**document, form.at[0]: made}, pointer, change)


def _schema(node: Any, path: Sequence[str], change: _Change) -> Any:
    """Change a schema of answers in which the field stands at a path."""
    if not isinstance(node, Mapping):
        return node
    return {key: _keyword(key, value, path, change) for key, value in node.items()}


def _keyword(key: str, value: Any, path: Sequence[str], change: _Change) -> Any:
    head, rest = path[0], path[1:]
    if key in _BESIDE:
        return _schema(value, path, change)
    if key in _TOGETHER and isinstance(value, list):
        return [_schema(part, path, change) for part in value]
    if head == "*":
        return _row(key, value, rest, change)
    named = change.name if not rest else _same
    if key == "properties" and isinstance(value, Mapping):
        return {
            named(name) if name == head else name: (
                _schema(inner, rest, change) if rest else change.leaf(inner)
            )
            if name == head
            else inner
            for name, inner in value.items()
        }
    if key == "required" and isinstance(value, list):
        return [named(name) for name in value]
    if key == "dependentRequired" and isinstance(value, Mapping):
        return {named(name): [named(each) for each in needed] for name, needed in value.items()}
    if key == "dependentSchemas" and isinstance(value, Mapping):
        return {named(name): _schema(inner, path, change) for name, inner in value.items()}
    if key == "$comment" and isinstance(value, str) and value.startswith(_REQUIRED) and "*" not in path:
        swap = ((join(*path), join(*change.path(path))),)
        return _REQUIRED + " ".join(_moved(value.removeprefix(_REQUIRED).split(" "), swap))
    return value


def _row(key: str, value: Any, rest: Sequence[str], change: _Change) -> Any:
    """Change what a repeated group says of its rows; what shows a field there speaks of its own row."""
    if key == "x-order" and isinstance(value, list) and len(rest) == 1:
        return [change.name(name) for name in value]
    if key not in ("items", "contains") or not isinstance(value, Mapping):
        return value
    made = _schema(value, rest, change)
    fields = {
        name: {**inner, "x-show": _schema(inner["x-show"], rest, change)}
        if isinstance(inner, Mapping) and "x-show" in inner
        else inner
        for name, inner in made.get("properties", {}).items()
    }
    return {**made, "properties": fields} if "properties" in made else made


def _layout(node: Any, path: Sequence[str], change: _Change) -> Any:
    """Change the conditions of a layout: each is a schema of what stands at its scope."""
    if isinstance(node, list):
        return [_layout(each, path, change) for each in node]
    if not isinstance(node, Mapping):
        return node
    made = {key: _layout(value, path, change) for key, value in node.items() if key != "schema"}
    if "schema" not in node:
        return made
    above = tokens(scope_pointer(str(node.get("scope", "#"))))
    schema, below = node["schema"], path[len(above) :]
    if list(path[: len(above)]) == above:
        schema = _schema(schema, below, change) if below else change.leaf(schema)
    return {key: schema if key == "schema" else made[key] for key in node}


def _computed(node: Any, pointer: str, change: _Change) -> Any:
    """Change what is computed of the field's answers or by its name in a row, and answers given by its place."""
    if isinstance(node, list):
        return [_computed(each, pointer, change) for each in node]
    if not isinstance(node, Mapping):
        return node
    made = {
        key: change.answer(value) if key == pointer else _computed(value, pointer, change)
        for key, value in node.items()
    }
    if "fn" in made and "of" in made:
        of = made["of"] if isinstance(made["of"], list) else [made["of"]]
        group, star, name = pointer.rpartition("/*")
        if "value" in made and pointer in of:
            made["value"] = change.answer(made["value"])
        if star and isinstance(made.get("where"), Mapping) and any(within(str(p), group) for p in of):
            only = tokens(name)[-1]
            made["where"] = {
                change.name(key) if key == only else key: change.answer(value) if key == only else value
                for key, value in made["where"].items()
            }
    return made


def _moved(node: Any, swaps: Sequence[tuple[str, str]]) -> Any:
    """Put the new place wherever the old one, or one below it, is named."""
    if isinstance(node, str):
        for old, new in swaps:
            if within(node, old):
                return new + node[len(old) :]
        return node
    if isinstance(node, list):
        return [_moved(each, swaps) for each in node]
    if isinstance(node, Mapping):
        return {_moved(key, swaps): _moved(value, swaps) for key, value in node.items()}
    return node


def _scope(pointer: str) -> str:
    return "#" + join(*schema_tokens(pointer))


class _Known:
    """The places that documents name, by the documents: a form is shown often, and other documents hardly change."""

    places: ClassVar[dict[int, tuple[Mapping[str, Any], frozenset[str]]]] = {}
    most: ClassVar[int] = 2000


def _places(document: Mapping[str, Any]) -> frozenset[str]:
    known = _Known.places.get(id(document))
    if known is None or known[0] is not document:
        if len(_Known.places) >= _Known.most:
            _Known.places.clear()
        known = _Known.places[id(document)] = (document, frozenset(_named(document)))
    return known[1]


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        if node.startswith(("/", "#/")):
            yield node
    elif isinstance(node, list):
        for each in node:
            yield from _named(each)
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _named(key)
            yield from _named(value)
