"""Codes for new definitions: from what it is called in English, else the next number of its kind."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import chain, count

_LONGEST = 60
_SMALL = ("a", "an", "and", "for", "in", "of", "the", "to")


def suggest(kind: str, english: str, taken: Collection[str]) -> str:
    """Give a code for a new definition of a kind that is not among ``taken``, the codes of its kind."""
    words = [word for word in re.findall(r"[a-z0-9]+", english.lower()) if word not in _SMALL]
    named = bool(words)
    if not named or not words[0][0].isalpha():
        words.insert(0, kind)
    # an element's code is its place in the answers, below a first word
    join, start = ("_", "common.") if kind == "element" else ("-", "")
    base = start + join.join(words)[:_LONGEST].strip(join)
    numbered = (f"{base}{join}{number}" for number in count(2 if named else 1))
    return next(code for code in chain([base] if named else [], numbered) if code not in taken)
