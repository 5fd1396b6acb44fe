"""Units of measurement in English: a definition gives them as the county writes them, and they are said in the language that is read.

What is written the same in both languages (m², kVA, %) needs no entry; neither does a unit that nobody
has translated yet, it is said as it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

_COUNTED: Mapping[str, tuple[str, str]] = {
    "年": ("year", "years"),
    "周年": ("year", "years"),
    "岁": ("year", "years"),
    "周岁": ("year", "years"),
    "月": ("month", "months"),
    "个月": ("month", "months"),
    "周": ("week", "weeks"),
    "日": ("day", "days"),
    "天": ("day", "days"),
    "工作日": ("working day", "working days"),
    "个工作日": ("working day", "working days"),
    "小时": ("hour", "hours"),
    "分钟": ("minute", "minutes"),
    "人": ("person", "persons"),
    "名": ("person", "persons"),
    "人次": ("visit", "visits"),
    "次": ("time", "times"),
    "户": ("household", "households"),
    "家": ("enterprise", "enterprises"),
    "个": ("piece", "pieces"),
    "件": ("piece", "pieces"),
    "枚": ("piece", "pieces"),
    "份": ("copy", "copies"),
    "张": ("sheet", "sheets"),
    "页": ("page", "pages"),
    "台": ("set", "sets"),
    "套": ("set", "sets"),
    "辆": ("vehicle", "vehicles"),
    "间": ("room", "rooms"),
    "层": ("storey", "storeys"),
    "栋": ("building", "buildings"),
    "幢": ("building", "buildings"),
    "张床位": ("bed", "beds"),
    "床": ("bed", "beds"),
    "座": ("seat", "seats"),
    "株": ("plant", "plants"),
    "棵": ("tree", "trees"),
    "头": ("head", "head"),
    "亩": ("mu", "mu"),
}
_SYMBOLS: Mapping[str, str] = {
    "米": "m",
    "厘米": "cm",
    "毫米": "mm",
    "公里": "km",
    "千米": "km",
    "平方米": "m²",
    "平方公里": "km²",
    "公顷": "ha",
    "立方米": "m³",
    "立方米/日": "m³/d",
    "升": "L",
    "克": "g",
    "千克": "kg",
    "公斤": "kg",
    "吨": "t",
    "吨/日": "t/d",
    "千瓦": "kW",
    "千瓦时": "kWh",
    "千伏安": "kVA",
    "摄氏度": "°C",
    "分贝": "dB",
    "元/平方米": "CNY/m²",
    "元/月": "CNY a month",
}
_MONEY: Mapping[str, int] = {"元": 1, "人民币元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}


def unit_in(unit: str | None, lang: str) -> str:
    """Give a unit by itself, as at the head of a column; nothing for none."""
    if not unit or lang != "en":
        return unit or ""
    if unit in _MONEY:
        return "CNY" if _MONEY[unit] == 1 else f"CNY {_MONEY[unit]:,}"
    return _COUNTED[unit][1] if unit in _COUNTED else _SYMBOLS.get(unit, unit)


def measured(value: float, shown: str, unit: str | None, lang: str) -> str:
    """Give a number with its unit; ``shown`` is the number as it is written. Money is said in yuan in English."""
    if not unit:
        return shown
    if lang == "en" and unit in _MONEY:
        return f"CNY {(Decimal(str(value)) * _MONEY[unit]).normalize():,f}"
    if lang == "en" and unit in _COUNTED and value == 1:
        return f"{shown} {_COUNTED[unit][0]}"
    return f"{shown} {unit_in(unit, lang)}"
