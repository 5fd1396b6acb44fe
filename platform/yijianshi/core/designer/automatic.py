"""Names that stand until somebody gives better ones: “规则 1”, “选项 2”, a copy's, a field type's for its field.

They are told from names that were given, so that whoever forgets is reminded, and so that the English
of one does not outlive its Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..definitions.types import Text, text
from ..forms.fields import FIELD_TYPES

_NUMBERED: Mapping[str, Text] = {
    "case": text("用例", "case"),
    "option": text("选项", "Option"),
    "parameter": text("参数", "parameter"),
    "rule": text("规则", "Rule"),
    "section": text("新分区", "New section"),
}
_AUTOMATIC = {
    "zh": re.compile(f"({'|'.join(each['zh'] for each in _NUMBERED.values())}) [0-9]+|.*（副本）"),
    "en": re.compile(rf"({'|'.join(each['en'] for each in _NUMBERED.values())}) [0-9]+|.* \(copy\)"),
}
_SAYS_NOTHING = (
    "text",
    "long_text",
    "integer",
    "decimal",
    "yes_no",
    "choice",
    "multiple_choice",
    "group",
    "note",
)
"""The field types whose title is no name for a field; a date may well be called that."""


def numbered(what: str, number: int) -> Text:
    """Name the next of a kind: rule, option, case, parameter or section."""
    name = _NUMBERED[what]
    return text(f"{name['zh']} {number}", f"{name['en']} {number}")


def unnamed(phrase: Any) -> bool:
    """Tell whether a bilingual text is a name that nobody gave."""
    if not isinstance(phrase, Mapping) or not isinstance(phrase.get("zh"), str):
        return False
    alike = any(phrase == FIELD_TYPES[name].title for name in _SAYS_NOTHING)
    return alike or bool(_AUTOMATIC["zh"].fullmatch(phrase["zh"]))


def outlived(phrase: Mapping[str, Any]) -> bool:
    """Tell whether the English of a text is still the name that nobody gave, and its Chinese is not."""
    return _numbered_english(phrase) and not unnamed(phrase)


def stands_in(phrase: Mapping[str, Any]) -> bool:
    """Tell whether the English of a text only holds a place until it is written."""
    return _numbered_english(phrase) or any(phrase == kind.title for kind in FIELD_TYPES.values())


def _numbered_english(phrase: Mapping[str, Any]) -> bool:
    english = phrase.get("en")
    return isinstance(english, str) and bool(_AUTOMATIC["en"].fullmatch(english))
