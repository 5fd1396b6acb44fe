"""What was and what is now: a change told with both, in the words of the language that changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..definitions.types import Json, Text, text

_LANGS: Mapping[str, Text] = {"zh": text("中文", "Chinese"), "en": text("英文", "English")}


@dataclass(frozen=True, slots=True)
class Shift:
    """Something that was one thing and is another; None where there was, or is, nothing."""

    what: Text
    was: Text | None
    now: Text | None

    @property
    def sentence(self) -> Text:
        """Tell it in both languages."""
        return text(self._told("zh"), self._told("en"))

    def since(self, first: Shift) -> Shift:
        """Give the one change that an earlier one and this come to."""
        return Shift(first.what, first.was, self.now)

    def to_json(self) -> dict[str, Json]:
        """Give it as JSON."""
        return {"what": self.what, "was": self.was, "now": self.now}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Shift:
        """Read what ``to_json`` gave."""
        return cls(told["what"], told["was"], told["now"])

    def _told(self, lang: Literal["zh", "en"]) -> str:
        zh, what = lang == "zh", self.what[lang]
        if self.was is None:
            now = self.now[lang] if self.now else ""
            return f"填写{what}：{now}" if zh else f"{what} set: {now}"
        was = _within(self.was[lang])
        if self.now is None:
            return f"{what}去掉了，原为“{was}”" if zh else f"{what} removed, it was “{was}”"
        now = _within(self.now[lang])
        return f"{what}由“{was}”改为“{now}”" if zh else f"{what} changed from “{was}” to “{now}”"


def phrase_shift(what: Text, was: Any, now: Any) -> Shift:
    """Tell of a bilingual text: the words of the language that changed, also to who reads the other."""
    old, new = _phrase(was), _phrase(now)
    changed = [lang for lang in _LANGS if (old or {}).get(lang) != (new or {}).get(lang)]
    if len(changed) == 1:
        mark = _LANGS[changed[0]]
        what = text(f"{what['zh']}（{mark['zh']}）", f"{what['en']} ({mark['en']})")
    return Shift(what, _words(old, changed), _words(new, changed))


def is_phrase(value: Any) -> bool:
    """Tell whether a value is a text in the two languages, or in one of them."""
    return isinstance(value, Mapping) and bool(value) and set(value) <= set(_LANGS)


def _phrase(value: Any) -> dict[str, str] | None:
    if not is_phrase(value):
        return None
    return {lang: said for lang, said in value.items() if isinstance(said, str) and said}


def _words(phrase: Mapping[str, str] | None, langs: list[str]) -> Text | None:
    said = list(dict.fromkeys(phrase[lang] for lang in langs if lang in phrase)) if phrase else []
    return text(" / ".join(said), " / ".join(said)) if said else None


def _within(said: str) -> str:
    """Give words as they stand within quotation marks."""
    return said.strip().translate({0x201C: 0x2018, 0x201D: 0x2019})
