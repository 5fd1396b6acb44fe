"""Text patterns: a bounded subset of durable-rules' own, matched in time linear in the text.

A pattern holds for the whole text, as ``$mt`` has it. It may use characters, ``.``, classes
(``[a-z]``, ``[^0-9]``, ``[一-龥]``), groups, ``|``, ``* + ?``, ``{n}``, ``{n,}``, ``{n,m}`` (up to 100)
and Lua's classes ``%a %d %l %u %w %s %p %x``; ``%`` before any other character means that
character. It becomes a deterministic automaton, so no text can make it slow; a pattern whose
automaton would be large is refused. ``$imt`` takes the letters a–z without regard to case.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..definitions.types import Text, text

LONGEST = 200
MOST_POSITIONS = 1_000
MOST_STATES = 1_000
MOST_REPEATS = 100
LAST = 0x10FFFF

Interval = tuple[int, int]
Set = tuple[Interval, ...]
"""Characters as closed intervals of code points, sorted and apart."""


class PatternError(ValueError):
    """No pattern of the language; ``text`` says why, ``at`` at which character."""

    def __init__(self, at: int, why: Text) -> None:
        super().__init__(f"at {at}: {why['en']}")
        self.at = at
        self.text = why


def _sets(pairs: Iterable[Interval]) -> Set:
    merged: list[Interval] = []
    for low, high in sorted(pairs):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _of(characters: str) -> Set:
    return _sets((ord(c), ord(c)) for c in characters)


def _complement(chosen: Set) -> Set:
    found, at = [], 0
    for low, high in chosen:
        if at < low:
            found.append((at, low - 1))
        at = high + 1
    return tuple([*found, (at, LAST)] if at <= LAST else found)


_UPPER, _LOWER, _DIGIT = (65, 90), (97, 122), (48, 57)
_CLASSES: dict[str, Set] = {
    "a": _sets([_UPPER, _LOWER]),
    "d": (_DIGIT,),
    "l": (_LOWER,),
    "u": (_UPPER,),
    "w": _sets([_UPPER, _LOWER, _DIGIT]),
    "s": _of("\t\n\v\f\r "),
    "p": _of("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    "x": _sets([_DIGIT, (65, 70), (97, 102)]),
}
ANY: Set = ((0, LAST),)


@dataclass(frozen=True, slots=True)
class Characters:
    """One character of a set."""

    chosen: Set


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after another; none of them is the empty text."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part so many times; ``most`` None is without end."""

    part: Tree
    least: int
    most: int | None


Tree = Characters | Sequence | Either | Repeat


@dataclass(frozen=True)
class Pattern:
    """A pattern and its automaton: ``table[state][class]`` is the next state, -1 none; state 0 begins."""

    source: str
    insensitive: bool
    tree: Tree
    bounds: tuple[int, ...]
    table: tuple[tuple[int, ...], ...]
    final: frozenset[int]

    def matches(self, value: str) -> bool:
        """Tell whether the whole text is of the pattern, in time linear in its length."""
        state, bounds, table = 0, self.bounds, self.table
        for character in value:
            state = table[state][bisect_right(bounds, ord(character)) - 1]
            if state < 0:
                return False
        return state in self.final

    def __hash__(self) -> int:
        return hash((self.source, self.insensitive))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and (self.source, self.insensitive) == (
            other.source,
            other.insensitive,
        )


@lru_cache(maxsize=500)
def compile_pattern(source: str, insensitive: bool = False) -> Pattern:
    """Read a pattern; raises PatternError where it is none, or too large."""
    if not source:
        raise PatternError(0, text("匹配式为空", "the pattern is empty"))
    if len(source) > LONGEST:
        raise PatternError(LONGEST, text(f"匹配式超过 {LONGEST} 字", f"longer than {LONGEST} characters"))
    tree = _Reader(source, insensitive).whole()
    positions: list[Set] = []
    whole = _positions(tree, positions)
    bounds = tuple(
        sorted({0, *(edge for chosen in positions for low, high in chosen for edge in (low, high + 1))})
    )
    classes = [
        frozenset(
            n for n, chosen in enumerate(positions) if any(low <= start <= high for low, high in chosen)
        )
        for start in bounds
    ]
    table, final = _automaton(whole, classes)
    return Pattern(source, insensitive, tree, bounds, table, final)


class _Reader:
    def __init__(self, source: str, insensitive: bool) -> None:
        self._source = source
        self._insensitive = insensitive
        self._at = 0
        self._depth = 0

    def whole(self) -> Tree:
        tree = self._either()
        if self._at < len(self._source):
            self._fail(text("多余的右括号", "a closing bracket too many"))
        return tree

    def _fail(self, why: Text) -> None:
        raise PatternError(self._at, why)

    def _peek(self) -> str:
        return self._source[self._at] if self._at < len(self._source) else ""

    def _take(self) -> str:
        if self._at >= len(self._source):
            self._fail(text("匹配式未写完", "the pattern ends too early"))
        self._at += 1
        return self._source[self._at - 1]

    def _either(self) -> Tree:
        self._depth += 1
        if self._depth > 20:
            self._fail(text("括号嵌套过深", "brackets nested too deeply"))
        parts = [self._sequence()]
        while self._peek() == "|":
            self._take()
            parts.append(self._sequence())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _sequence(self) -> Tree:
        parts: list[Tree] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self) -> Tree:
        part = self._atom()
        while self._peek() and self._peek() in "*+?{":
            least, most = self._times()
            part = Repeat(part, least, most)
        return part

    def _times(self) -> tuple[int, int | None]:
        sign = self._take()
        if sign != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        end = self._source.find("}", self._at)
        body = self._source[self._at : end] if end >= 0 else ""
        low, comma, high = body.partition(",")
        if not _is_count(low) or (high and not _is_count(high)):
            self._fail(text("次数应写成 {n}、{n,} 或 {n,m}", "write the count as {n}, {n,} or {n,m}"))
        least = int(low)
        most = least if not comma else int(high) if high else None
        if least > MOST_REPEATS or (most is not None and not least <= most <= MOST_REPEATS):
            self._fail(
                text(f"次数最多 {MOST_REPEATS}，且不倒置", f"at most {MOST_REPEATS} times, the least first")
            )
        self._at = end + 1
        return least, most

    def _atom(self) -> Tree:
        character = self._take()
        if character == "(":
            inner = self._either()
            if self._peek() != ")":
                self._fail(text("缺少右括号", "a closing bracket is missing"))
            self._take()
            return inner
        if character == "[":
            return Characters(self._fold(self._class()))
        if character == ".":
            return Characters(ANY)
        if character == "%":
            return Characters(self._fold(self._escaped()))
        if character in "^$\\":
            self._at -= 1
            self._fail(
                text(
                    "匹配总是针对全文，不用 ^ 和 $；转义用 %（如 %d、%.）",
                    "a pattern is always of the whole text: no ^ and $; escape with % (%d, %.)",
                )
            )
        if character in "*+?{}]":
            self._at -= 1
            self._fail(text(f"“{character}”之前没有内容", f"nothing stands before {character!r}"))
        return Characters(self._fold(_of(character)))

    def _escaped(self) -> Set:
        character = self._take()
        if character in _CLASSES:
            return _CLASSES[character]
        if character.isascii() and character.isalnum():
            self._at -= 1
            self._fail(text(f"没有字符类 %{character}", f"there is no class %{character}"))
        return _of(character)

    def _class(self) -> Set:
        negated = self._peek() == "^"
        if negated:
            self._take()
        pairs: list[Interval] = []
        while self._peek() != "]":
            character = self._take()
            if character == "%":
                pairs += self._escaped()
                continue
            if self._peek() == "-" and self._source[self._at + 1 : self._at + 2] not in ("]", ""):
                self._take()
                last = self._take()
                if ord(last) < ord(character):
                    self._fail(text("字符范围颠倒", "the range is upside down"))
                pairs.append((ord(character), ord(last)))
            else:
                pairs.append((ord(character), ord(character)))
        self._take()
        if not pairs:
            self._fail(text("字符类为空", "the class is empty"))
        chosen = self._fold(_sets(pairs))
        return _complement(chosen) if negated else chosen

    def _fold(self, chosen: Set) -> Set:
        if not self._insensitive:
            return chosen
        other = [
            (max(low, start) + shift, min(high, end) + shift)
            for low, high in chosen
            for (start, end), shift in ((_UPPER, 32), (_LOWER, -32))
            if max(low, start) <= min(high, end)
        ]
        return _sets([*chosen, *other])


def _is_count(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 3


@dataclass(frozen=True, slots=True)
class _Whole:
    """The position automaton (Glushkov): where a match may begin, end, and go on from each position."""

    empty: bool
    first: frozenset[int]
    last: frozenset[int]
    follow: frozenset[Interval]


_NOTHING = _Whole(True, frozenset(), frozenset(), frozenset())


def _positions(tree: Tree, positions: list[Set]) -> _Whole:
    if isinstance(tree, Characters):
        if len(positions) >= MOST_POSITIONS:
            raise PatternError(0, text("匹配式展开后过大", "the pattern is too large when written out"))
        positions.append(tree.chosen)
        at = frozenset({len(positions) - 1})
        return _Whole(False, at, at, frozenset())
    if isinstance(tree, Either):
        wholes = [_positions(part, positions) for part in tree.parts]
        return _Whole(
            any(whole.empty for whole in wholes),
            frozenset().union(*(whole.first for whole in wholes)),
            frozenset().union(*(whole.last for whole in wholes)),
            frozenset().union(*(whole.follow for whole in wholes)),
        )
    if isinstance(tree, Sequence):
        result = _NOTHING
        for part in tree.parts:
            result = _joined(result, _positions(part, positions))
        return result
    return _repeated(tree, positions)


def _repeated(tree: Repeat, positions: list[Set]) -> _Whole:
    result = _NOTHING
    for _ in range(tree.least):
        result = _joined(result, _positions(tree.part, positions))
    if tree.most is None:
        one = _positions(tree.part, positions)
        again = one.follow | {(a, b) for a in one.last for b in one.first}
        return _joined(result, _Whole(True, one.first, one.last, again))
    for _ in range(tree.most - tree.least):
        one = _positions(tree.part, positions)
        result = _joined(result, _Whole(True, one.first, one.last, one.follow))
    return result


def _joined(one: _Whole, two: _Whole) -> _Whole:
    return _Whole(
        one.empty and two.empty,
        one.first | two.first if one.empty else one.first,
        two.last | one.last if two.empty else two.last,
        one.follow | two.follow | {(a, b) for a in one.last for b in two.first},
    )


def _automaton(
    whole: _Whole, classes: list[frozenset[int]]
) -> tuple[tuple[tuple[int, ...], ...], frozenset[int]]:
    """Make the automaton deterministic; the begin is a state of its own."""
    follow: dict[int, set[int]] = {}
    for before, after in whole.follow:
        follow.setdefault(before, set()).add(after)
    begin: frozenset[int] = frozenset({-1})
    known = {begin: 0}
    waiting, table = [begin], []
    for state in waiting:
        reach = set().union(*(whole.first if p < 0 else follow.get(p, ()) for p in state))
        row = []
        for members in classes:
            following = frozenset(reach & members)
            if following and following not in known:
                if len(known) >= MOST_STATES:
                    raise PatternError(0, text("匹配式过于复杂", "the pattern is too complex"))
                known[following] = len(known)
                waiting.append(following)
            row.append(known[following] if following else -1)
        table.append(tuple(row))
    final = {number for state, number in known.items() if state & whole.last}
    return tuple(table), frozenset(final | {0} if whole.empty else final)


def standard(tree: Tree, dialect: str) -> str:
    """Write a pattern as a regular expression of RE2 (``re2``) or PostgreSQL (``postgres``), unanchored."""
    return "".join(_standard(tree, dialect))


def _standard(tree: Tree, dialect: str) -> Iterator[str]:
    if isinstance(tree, Characters):
        pairs = [(max(low, 1), high) for low, high in tree.chosen if high >= 1]
        shown = "".join(_range(low, high, dialect) for low, high in pairs)
        # a class of nothing but U+0000, which no text in a database holds
        yield f"[{shown}]" if shown else _range(LAST, LAST, dialect)
    elif isinstance(tree, Sequence):
        for part in tree.parts:
            yield from _standard(part, dialect)
    elif isinstance(tree, Either):
        yield "(?:" + "|".join(standard(part, dialect) for part in tree.parts) + ")"
    else:
        most = "" if tree.most is None else tree.most
        yield f"(?:{standard(tree.part, dialect)})" + f"{{{tree.least},{most}}}"


def _range(low: int, high: int, dialect: str) -> str:
    def one(point: int) -> str:
        return f"\\x{{{point:x}}}" if dialect == "re2" else f"\\U{point:08x}"

    return one(low) if low == high else f"{one(low)}-{one(high)}"
