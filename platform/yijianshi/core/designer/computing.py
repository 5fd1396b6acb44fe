"""What a form computes: from other fields, or over the rows of a repeated group, all of them or some.

The rows that count are chosen like a condition: a field of the row, and the value it must have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from ..definitions.pointer import join, tokens
from ..definitions.types import Json, Text, text
from ..forms.fields import FIELD_TYPES
from ..functions import FUNCTIONS, TODAY
from .between import edits_between
from .conditions import comparisons_of
from .elements import dictionary_form, element_said
from .forms import changed, field_of, form_in, gone
from .layout import Form, Said, said_of
from .logic import begun, read, worded
from .operations import Ground, Step, operation, refuse
from .shifts import Shift

TITLES: Mapping[str, Text] = {
    "birth_date": text("证件号中的出生日期", "birth date of an ID number"),
    "sex": text("证件号中的性别", "sex of an ID number"),
    "age": text("年龄", "age"),
    "months_between": text("相隔整月数", "months between"),
    "days_between": text("相隔天数", "days between"),
    "working_days_between": text("相隔工作日数", "working days between"),
    "total": text("各项相加", "sum of fields"),
    "difference": text("相减", "difference"),
    "product": text("相乘", "product"),
    "count": text("行数", "number of rows"),
    "sum": text("各行合计", "sum over the rows"),
    "min": text("各行最小", "least of the rows"),
    "max": text("各行最大", "most of the rows"),
    "any": text("有任一行", "any row"),
    "all": text("每一行都", "every row"),
}
"""What the functions a form may compute with are called."""

_DAYS = (text("从", "From"), text("到", "To"))
_ID = (text("证件号码", "ID number"),)
_EACH = (text("每一行的", "Of each row"),)
OPERANDS: Mapping[str, tuple[Text, ...]] = {
    "birth_date": _ID,
    "sex": _ID,
    "age": (text("出生日期或证件号码", "Birth date or ID number"),),
    "months_between": _DAYS,
    "days_between": _DAYS,
    "working_days_between": _DAYS,
    "difference": (text("从", "From"), text("减去", "Take away")),
    "count": (text("哪个分组", "Which group"),),
    **dict.fromkeys(("sum", "min", "max", "any", "all"), _EACH),
}
"""What the fields are called that a function takes, where each has a part of its own."""

_NUMBERS = ("integer", "decimal", "money")
_GIVES: Mapping[str, tuple[str, ...]] = {
    "decimal": _NUMBERS,
    "integer": _NUMBERS,
    "date": ("date",),
    "text": ("text",),
    "boolean": ("yes_no",),
}
_TAKES: Mapping[str, tuple[str, ...]] = {
    "birth_date": ("resident_id",),
    "sex": ("resident_id",),
    "age": ("resident_id", "date"),
    "months_between": ("date",),
    "days_between": ("date",),
    "working_days_between": ("date",),
    "count": ("group",),
    "any": ("yes_no", "choice", "text", *_NUMBERS),
    "all": ("yes_no", "choice", "text", *_NUMBERS),
}


@operation("compute")
def compute(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Change how a ``field`` is computed: ``part`` is fn (none: typed by the applicant), of (number ``n``), more or less.

    Without a field it is the element on the desk.
    """
    part = given["part"]
    if "field" not in given:
        return _element(ground, given, lambda form, said: (_respelled(ground, form, said, given), None))
    form, pointer = form_in(ground.document), str(given["field"])
    said = field_of(ground, form, pointer)
    if said.element is not None:
        raise gone(form, pointer)
    if part == "fn" and given["value"] == (said.compute or {}).get("fn", ""):
        return Step((), text("", ""))
    made = _respelled(ground, form, said, given)
    leaf = {key: value for key, value in (form.leaf(pointer) or {}).items() if key != "x-compute"}
    if made is not None:
        leaf["x-compute"] = made
        form = form.with_required(pointer, False).with_required_when(pointer, None)
    return changed(ground, form.with_leaf(pointer, leaf), _shift(ground, form, said, made))


@operation("filter_rows")
def filter_rows(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Change which rows a computed ``field`` counts, or what it looks for in them.

    ``part`` is add, or of the comparison of ``row`` (a field of the rows): drop, field, value; or
    wanted, what any or every row must be; ``value`` is what it becomes. Without a field it is the
    element on the desk.
    """
    if "field" not in given:
        return _element(ground, given, lambda form, said: _filtered(ground, form, said, given))
    form, pointer = form_in(ground.document), str(given["field"])
    said = field_of(ground, form, pointer)
    if said.element is not None:
        raise gone(form, pointer)
    made, typing = _filtered(ground, form, said, given)
    if made == said.compute:
        return Step((), text("", ""))
    leaf = {**(form.leaf(pointer) or {}), "x-compute": made}
    return changed(ground, form.with_leaf(pointer, leaf), _shift(ground, form, said, made), typing)


def counts_rows(spec: Mapping[str, Any]) -> bool:
    """Tell whether a computation goes over the rows of a repeated group, in a way this form offers."""
    name = spec.get("fn")
    return name in TITLES and FUNCTIONS[str(name)].rows


def row_fields(ground: Ground, form: Form, spec: Mapping[str, Any]) -> dict[str, Said]:
    """Give the fields of the rows a computation goes over that a filter can compare, by name."""
    group = str(spec.get("of", "")).partition("/*")[0]
    said = said_of(form, ground.library, group)
    found: dict[str, Said] = {}
    if said is not None and said.element is not None:
        found = dict(_described(ground, said.element, group))
    elif said is not None:
        for place in form.items(group):
            inner = said_of(form, ground.library, place)
            if inner is not None:
                found[tokens(place)[-1]] = inner
    return {name: each for name, each in found.items() if "eq" in comparisons_of(each.type)}


def _computed(title: Text) -> Text:
    return text(f"“{title['zh']}”的计算", f"What “{title['en']}” is computed as")


def what_of(ground: Ground, form: Form, spec: Mapping[str, Any] | None) -> Text:
    """Say what is computed, of which fields, or that nothing is."""
    if not spec:
        return text("不自动计算", "not computed")
    if FUNCTIONS[str(spec["fn"])].rows:
        return text(*(computed_as(ground, form, spec, lang) for lang in ("zh", "en")))
    title = TITLES[str(spec["fn"])]
    said = [said_of(form, ground.library, place) for place in _listed(spec.get("of"))]
    names = [each.title if each else text("当天", "the day") for each in said]
    zh, en = "、".join(each["zh"] for each in names), ", ".join(each["en"] for each in names)
    return text(f"{title['zh']}（{zh}）", f"{title['en']} ({en})")


def computed_as(ground: Ground, form: Form, spec: Mapping[str, Any], lang: str) -> str:
    """Say in words what is computed over which rows."""
    zh, name, place = lang == "zh", str(spec["fn"]), str(spec["of"])
    side: Literal["zh", "en"] = "zh" if zh else "en"
    group = said_of(form, ground.library, place.partition("/*")[0])
    fields = row_fields(ground, form, spec)
    title = group.title[side] if group else place
    if name == "count":
        said = f"“{title}”的行数" if zh else f"number of rows of “{title}”"
    else:
        key = tokens(place)[-1]
        inner = fields[key].title[side] if key in fields else key
        function = TITLES[name][side]
        if FUNCTIONS[name].needs_value:
            wanted = worded(fields.get(key), spec.get("value"), zh)
            said = (
                f"“{title}”中{function}“{inner}”等于{wanted}".rstrip()
                if zh
                else f"{function} of “{title}” has “{inner}” {wanted}"
            )
        else:
            said = f"“{title}”中“{inner}”的{function}" if zh else f"{function} of “{title}”: “{inner}”"
    where = spec.get("where") or {}
    parts = [
        f"“{fields[key].title[side] if key in fields else key}”"
        + ("等于" if zh else " is ")
        + worded(fields.get(key), value, zh)
        for key, value in sorted(where.items())
    ]
    if not parts:
        return said
    if zh:
        return f"{said}，只算{'、且'.join(part.rstrip() for part in parts)}的行"
    return f"{said}, only rows where {' and '.join(parts)}"


def functions_for(field_type: str) -> list[str]:
    """Name the functions that give what a field of a type takes."""
    return [name for name in TITLES if field_type in _GIVES.get(FUNCTIONS[name].gives, ())]


def operands(ground: Ground, form: Form, pointer: str, name: str) -> Iterator[str]:
    """Yield the places a function may read, as it writes them."""
    wanted = _TAKES.get(name, _NUMBERS)
    if "/*" in pointer:
        return
    for other in form.everything():
        said = said_of(form, ground.library, other)
        if said is None or other == pointer:
            continue
        if said.element is not None and said.type == "group":
            yield from _rows_of(ground, said.element, other, name, wanted)
        if said.type in wanted and ("/*" in other) == (FUNCTIONS[name].rows and name != "count"):
            yield other
    if name.endswith("_between"):
        yield TODAY


# inside


Spec = dict[str, Json]


def _element(
    ground: Ground,
    given: Mapping[str, Any],
    respell: Callable[[Form, Said], tuple[Spec | None, str | None]],
) -> Step:
    """Change what the element on the desk is computed as, from other elements of the dictionary."""
    said, form = element_said(ground), dictionary_form(ground)
    if said.type not in FIELD_TYPES or (given["op"] == "filter_rows" and not counts_rows(said.compute or {})):
        # a page without script posts the computing beside another field type
        return Step((), text("", ""))
    if given.get("part") == "fn" and given["value"] == (said.compute or {}).get("fn", ""):
        return Step((), text("", ""))
    made, typing = respell(form, said)
    if made == said.compute:
        return Step((), text("", ""))
    document = {key: value for key, value in ground.document.items() if key != "compute"}
    if made is not None:
        document["compute"] = made
    elif "compute" not in ground.document:
        raise refuse(
            "/extends",
            "compute-inherited",
            text("计算方法继承自另一个数据元", "how it is computed is another element's"),
            text("请先改为“不继承”", "let it extend no other element first"),
        )
    edits = edits_between(ground.document, document)
    return Step.of(edits, _shift(ground, form, said, made), typing)


def _shift(ground: Ground, form: Form, said: Said, made: Spec | None) -> Shift:
    was, now = (what_of(ground, form, each) for each in (said.compute, made))
    return Shift(_computed(said.title), was, now)


def _respelled(ground: Ground, form: Form, said: Said, given: Mapping[str, Any]) -> Spec | None:
    """Give what a field is computed as after a change, None where it is typed."""
    part, pointer, spec = given["part"], said.pointer, dict(said.compute or {})
    name = str(given["value"]) if part == "fn" else str(spec.get("fn", ""))
    if not name:
        return None
    if name not in functions_for(said.type):
        raise gone(form, name)
    function = FUNCTIONS[name]
    fit = list(operands(ground, form, pointer, name))
    places = [] if part == "fn" else _listed(spec.get("of"))
    if part == "of":
        places[int(given["n"])] = str(given["value"])
    elif part == "less":
        places = places[:-1]
    wanted = function.operands or max(2 if part == "fn" else 1, len(places) + (part == "more"))
    places = [place for place in places if place in fit][:wanted]
    spare = [place for place in fit if place not in places] + fit
    places += spare[: wanted - len(places)]
    if len(places) < wanted:
        raise refuse(
            join(*form.at),
            "nothing-to-compute",
            text("没有可供计算的字段", "there is no field to compute from"),
            text("请先加入相应的字段", "add such a field first"),
        )
    made: Spec = {"fn": name, "of": places[0] if function.rows or function.operands == 1 else places}
    if function.rows:
        made |= _kept(ground, form, spec, places[0], function.needs_value)
    return made


def _filtered(ground: Ground, form: Form, said: Said, given: Mapping[str, Any]) -> tuple[Spec, str | None]:
    """Give what a field is computed as after a change of its filter, and what is being typed."""
    pointer, part, spec = said.pointer, given["part"], dict(said.compute or {})
    if not counts_rows(spec):
        raise gone(form, pointer)
    fields, where = row_fields(ground, form, spec), dict(spec.get("where") or {})
    row, value = str(given.get("row", "")), given.get("value")
    typing = f"{pointer}/filter/{row}" if part in ("value", "wanted") else None
    if part == "wanted":
        looked = fields.get(tokens(str(spec["of"]))[-1])
        if looked is None or not FUNCTIONS[str(spec["fn"])].needs_value:
            raise gone(form, pointer)
        spec["value"] = read(form, looked, str(value))
    elif part == "add":
        spare = [name for name in fields if name not in where]
        if not spare:
            raise refuse(
                join(*form.at),
                "nothing-to-compare",
                text("每一行中没有可以比较的字段了", "the rows have no other field to compare"),
                text(
                    "请先在每一行中加入单选、是否、数字等字段",
                    "add a choice, a yes or no, or a number to them",
                ),
            )
        chosen = [name for name in spare if fields[name].type in ("yes_no", "choice")]
        first = (chosen or spare)[0]
        where[first] = begun(first, fields[first], "eq").value
    elif row not in where:
        raise gone(form, row)
    elif part == "drop":
        del where[row]
    elif part == "field" and value == row:
        return spec, None
    elif part == "field" and value in fields and value not in where:
        del where[row]
        where[str(value)] = begun(str(value), fields[str(value)], "eq").value
    elif part == "value" and row in fields:
        where[row] = read(form, fields[row], str(value))
    else:
        raise gone(form, str(value))
    made = {key: kept for key, kept in spec.items() if key != "where"} | ({"where": where} if where else {})
    return made, typing


def _rows_of(ground: Ground, code: str, pointer: str, name: str, wanted: tuple[str, ...]) -> Iterator[str]:
    """Yield the places in the rows of a repeated group that the dictionary describes."""
    if FUNCTIONS[name].rows and name != "count":
        for key, said in _described(ground, code, pointer):
            if said.type in wanted:
                yield f"{pointer}/*" + join(key)


def _kept(
    ground: Ground, form: Form, spec: Mapping[str, Any], place: str, needs_value: bool
) -> dict[str, Json]:
    """Give what stays of a filter where the rows are the same, and what is looked for, where something is."""
    group = place.partition("/*")[0]
    known = str(spec.get("of", "")) if counts_rows(spec) else ""
    kept: dict[str, Json] = {}
    if "where" in spec and known.partition("/*")[0] == group:
        kept["where"] = spec["where"]
    if needs_value:
        name = tokens(place)[-1]
        fields = row_fields(ground, form, {"of": place})
        same = known == place and "value" in spec
        kept["value"] = spec["value"] if same else begun(name, fields[name], "eq").value
    return kept


def _described(ground: Ground, code: str, pointer: str) -> Iterator[tuple[str, Said]]:
    """Yield the fields of the rows of a repeated group that the dictionary describes, by name."""
    items = ground.library.element(code).get("schema", {}).get("items", {}).get("properties", {})
    for key, inner in items.items():
        part = str(inner.get("$ref", "")).rpartition(":")[2]
        known: Mapping[str, Any] = (
            ground.library.element(part)
            if ground.library.has("element", part)
            else {name.removeprefix("x-"): value for name, value in inner.items()}
        )
        title = known.get("title")
        yield (
            key,
            Said(
                f"{pointer}/*" + join(key),
                str(known.get("type", "text")),
                text(title["zh"], title["en"]) if isinstance(title, Mapping) else text(key, key),
                None,
                tuple(known.get("options", ())),
                known.get("unit"),
                part or None,
                None,
            ),
        )


def _listed(of: Any) -> list[str]:
    return list(of) if isinstance(of, list) else [str(of)] if of else []
