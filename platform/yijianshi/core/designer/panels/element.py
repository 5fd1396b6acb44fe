"""An element of the dictionary: its field type and all that hangs on it, chosen and never written as code."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from ...definitions.pointer import tokens
from ...definitions.types import text
from ...forms.fields import FIELD_TYPES
from ...forms.html import tag
from ..addresses import address_of
from ..compared import Use, uses_of
from ..computing import functions_for
from ..controls import checks_field, group, id_of, of, phrase_field, select_field, text_field, yes_no_field
from ..desk import Desk
from ..elements import Datum, dictionary_form, element_said, items_of
from ..forms import CHOICES, NUMBERS
from ..limits import LIMITS
from ..parts import Part
from ..sensitivity import SENSITIVITIES
from ..sentences import place_of
from ..words import name_values
from .computing import computing
from .dictionary import grounds, naming, usage, warned
from .limits import limits_editor
from .options import apply_button, options_editor, stored_values
from .ordering import item_tools
from .panel import Panel

for _key in ("type", "x-type"):
    name_values(_key, ((name, kind.title) for name, kind in FIELD_TYPES.items()))
AUTOCOMPLETE = (
    ("off", text("不自动填充", "never")),
    ("name", text("姓名", "name")),
    ("tel", text("电话", "telephone")),
    ("email", text("电子邮箱", "e-mail address")),
    ("organization", text("单位名称", "organisation")),
    ("organization-title", text("职务", "job title")),
    ("street-address", text("详细地址", "street address")),
    ("postal-code", text("邮政编码", "postal code")),
    ("bday", text("出生日期", "birth date")),
    ("url", text("网址", "web address")),
)
PREFILL = (
    ("account.name", text("登录账号的姓名", "name of the account")),
    ("account.id_number", text("登录账号的证件号码", "ID number of the account")),
    ("account.phone", text("登录账号的手机号", "telephone of the account")),
)
_FRAME = ("type", "enum", "items", "uniqueItems")
"""What a schema says beside its limits that the field type and the options say, too."""


USES_SHOWN = 3
"""Of the places where a definition uses a value, so many are named."""


def element(desk: Desk) -> tuple[Part, ...]:
    """Show an element of the dictionary."""
    said = element_said(desk.ground)
    parts = [Part("dz-element", naming(desk) + _datum(desk, said), "section")]
    if said.type in CHOICES:
        parts.append(Part("dz-element-options", _options(desk, said)))
    if limits := limits_editor(desk, said.type, said.schema, {}):
        parts.append(Part("dz-element-limits", limits + _further(desk, said)))
    if said.type == "group":
        parts.append(Part("dz-element-rows", _rows(desk, said)))
    if functions_for(said.type):
        form = dictionary_form(desk.ground)
        parts.append(Part("dz-element-computing", computing(desk, form, said, {})))
    parts.append(Part("dz-element-filling", _filling(desk)))
    parts.append(Part("dz-element-grounds", grounds(desk)))
    if said.type in CHOICES:
        # last: what is posted before it names the options by the values they still have
        parts.append(Part("dz-element-values", _values(desk, said)))
    return warned(desk), *parts, usage(desk)


def _datum(desk: Desk, said: Datum) -> str:
    fields = [
        select_field(
            desk,
            desk.word("字段类型", "Field type"),
            (),
            [(name, desk.say(kind.title)) for name, kind in FIELD_TYPES.items()],
            operation={"op": "element_type"},
            value=said.type,
        ),
        phrase_field(desk, desk.word("填报提示", "Hint"), ("hint",), optional=True),
    ]
    if said.type in NUMBERS or "unit" in desk.document:
        fields.append(text_field(desk, desk.word("单位", "Unit"), ("unit",)))
    fields += [
        select_field(
            desk,
            desk.word("敏感程度", "Sensitivity"),
            ("sensitivity",),
            [(code, desk.say(word)) for code, word in SENSITIVITIES],
            empty=desk.word("未填写", "not said"),
        ),
        yes_no_field(
            desk,
            desk.word("申请人能否改变", "Can the applicant change it"),
            ("changeable",),
            hint=desk.word("出生日期等不能改变，系统不会建议修改", "a birth date cannot be changed"),
        ),
        text_field(desk, desk.word("标准", "Standard"), ("standard",)),
        select_field(
            desk,
            desk.word("继承自", "Extends"),
            (),
            [
                (each["code"], f"{desk.say(each['title'])} · {each['code']}")
                for each in desk.ground.library.all("element")
                if each["code"] != desk.code
            ],
            empty=desk.word("不继承", "no other element"),
            hint=desk.word(
                "另一个角色的同类信息（如法定代表人的姓名）沿用所选数据元的类型、选项和取值规则",
                "the same of another role (the name of a legal representative): "
                "type, options and value rules are those of the other",
            ),
            operation={"op": "element_extends"},
            value=desk.document.get("extends", ""),
        ),
    ]
    return group(desk.word("数据", "Datum"), fields)


def _options(desk: Desk, said: Datum) -> str:
    note = ""
    if said.inherits and "options" not in desk.document:
        note = desk.word(
            "选项继承自另一个数据元；在这里修改后，本数据元有自己的选项。",
            "The options are another element's: once changed here, this element has its own.",
        )
    return options_editor(desk, said.options, {}, note)


def _values(desk: Desk, said: Datum) -> str:
    hint = desk.word(
        "答案按存储值存放。其他定义中的条件和规则不随之修改，用到的地方列在各选项之下。",
        "Answers are kept by these values. Conditions and rules of other definitions do not follow: "
        "those that use a value are listed below it.",
    )
    uses = uses_of(desk.ground.library, desk.code)
    apply = apply_button(desk, desk.word("应用存储值", "Apply values"))
    fields = stored_values(desk, said.options, {})
    values = [str(option["value"]) for option in said.options]
    rows = "".join(
        field + _used(desk, [use for use in uses if use.value == value])
        for field, value in zip(fields, values, strict=True)
    )
    return group(
        desk.word("选项的存储值", "Stored values of the options"),
        (_left_behind(desk, [use for use in uses if use.value not in values]), rows, apply),
        hint,
    )


def _left_behind(desk: Desk, uses: list[Use]) -> str:
    """Warn of what other definitions compare with and is no option any longer."""
    if not uses:
        return ""
    note = desk.word(
        "其他定义还在用已不是选项的存储值，请逐一改正：",
        "Other definitions still use stored values that are no options any longer. Mend each:",
    )
    listed = "".join(
        tag("p", {"class": "dz-fact"}, tag("code", {}, escape(value)))
        + _used(desk, [use for use in uses if use.value == value])
        for value in dict.fromkeys(use.value for use in uses)
    )
    inner = tag("p", {}, escape(note)) + listed
    return tag("div", {"class": "alert alert-warning", "role": "note", "id": "dz-left-behind"}, inner)


def _used(desk: Desk, uses: list[Use]) -> str:
    """List where other definitions use a value, each place leading to its control."""
    by_definition: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        by_definition.setdefault((use.kind, use.code), []).append(use)
    rows = ""
    for (kind, code), places in by_definition.items():
        document = desk.ground.library.get(kind, code)
        called: dict[str, str] = {}
        for use in places:
            address = address_of(document, tokens(use.pointer))
            called.setdefault(place_of(document, address, desk.lang, desk.ground.library), use.pointer)
        links = [
            tag("a", {"href": f"/designer/{kind}/{code}?{urlencode({'focus': place})}"}, escape(words))
            for words, place in list(called.items())[:USES_SHOWN]
        ]
        more = len(called) - USES_SHOWN
        rest = escape(desk.word(f"，另有 {more} 处", f", and {more} more")) if more > 0 else ""
        title = escape(desk.word("《%s》：", "“%s”: ") % desk.say(document["title"]))
        rows += tag("li", {}, title + escape(desk.word("；", "; ")).join(links) + rest)
    return tag("ul", {"class": "dz-uses"}, rows) if rows else ""


def _further(desk: Desk, said: Datum) -> str:
    """Tell of what a schema says that has no control."""
    others = sorted(key for key in said.schema if key not in LIMITS and key not in _FRAME)
    if not others:
        return ""
    words = ", ".join(others)
    note = desk.word(
        f"另有手工编写的取值规则（{words}），见 JSON 页。", f"Written by hand: {words}; see the JSON tab."
    )
    return tag("p", {"class": "form-hint"}, escape(note))


def _rows(desk: Desk, said: Datum) -> str:
    rows = ""
    items = items_of(desk.ground, said)
    for number, item in enumerate(items):
        given, named = {"op": "row_item", "item": item.name}, desk.say(item.title)
        kind = FIELD_TYPES[item.type].title if item.type in FIELD_TYPES else text(item.type, item.type)
        called = (
            tag("a", {"href": f"/designer/element/{item.element}"}, escape(named))
            if item.element
            else escape(named)
        )
        need = select_field(
            desk,
            desk.word(f"“{named}”是否必填", f"Must “{named}” be answered"),
            (),
            [("no", desk.word("选填", "optional")), ("yes", desk.word("必填", "required"))],
            operation={**given, "part": "need"},
            value="yes" if item.required else "no",
        )
        moves = ({**given, "part": "move", "by": -1}, {**given, "part": "move", "by": 1})
        drop, out = {**given, "part": "drop"}, desk.word("移出", "Take out")
        tools = item_tools(desk, moves, drop, number, len(items), named, "dz-" + id_of(item.name), out)
        head = tag("p", {"class": "dz-fact"}, called + " · " + of(desk, kind))
        rows += tag("li", {"class": "dz-option"}, head + need + tag("div", {"class": "dz-card-tools"}, tools))
    taken = {item.name for item in items}
    add = select_field(
        desk,
        desk.word("加入数据元", "Add an element"),
        (),
        [
            (each["code"], f"{desk.say(each['title'])} · {each['code']}")
            for each in desk.ground.library.all("element")
            if each.get("type") != "group" and each["code"].rpartition(".")[2] not in taken
        ],
        empty=desk.word("请选择", "choose one"),
        operation={"op": "row_item", "part": "add"},
        value="",
    )
    listed = tag("ul", {"class": "list-plain"}, rows) if rows else ""
    return group(desk.word("每一行的字段", "Fields of a row"), (listed, add))


def _filling(desk: Desk) -> str:
    return group(
        desk.word("自动填充", "Filling in"),
        (
            select_field(
                desk,
                desk.word("浏览器自动填充", "Filled in by the browser"),
                ("autocomplete",),
                [(code, desk.say(word)) for code, word in AUTOCOMPLETE],
                empty=desk.word("未填写", "not said"),
            ),
            checks_field(
                desk,
                desk.word("登录后预先填入", "Filled in after signing in"),
                ("prefill",),
                [(code, desk.say(word)) for code, word in PREFILL],
            ),
        ),
    )


PANEL = Panel("about", text("数据元", "Element"), element)
