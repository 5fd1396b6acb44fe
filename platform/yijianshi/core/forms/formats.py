"""The formats that schemas may name, checked alike in CPython and in the browser.

The checker holds just these: a format that is not listed is an error of the schema, found by
``yijianshi check``, and no format depends on an optional package being installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from jsonschema import FormatChecker

from . import identifiers


def _date(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    date.fromisoformat(text)
    return True


def _time(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?", text):
        return False
    # not fromisoformat: from Python 3.13 on it takes 24:00, and the browser must say what the server says
    time(int(text[:2]), int(text[3:5]))
    return True


def _date_time(text: str) -> bool:
    if not re.fullmatch(r"[0-9-]{10}[Tt ][0-9:]{8}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})", text):
        return False
    datetime.strptime(text[:10] + text[11:19], "%Y-%m-%d%H:%M:%S")
    return True


def _email(text: str) -> bool:
    return re.fullmatch(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+", text) is not None


def _uri(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", text) is not None


def _regex(text: str) -> bool:
    re.compile(text)
    return True


CHECKS: dict[str, Callable[[str], bool]] = {
    "date": _date,
    "time": _time,
    "date-time": _date_time,
    "email": _email,
    "uri": _uri,
    "regex": _regex,
    "resident-id": lambda text: isinstance(identifiers.resident(text), identifiers.Resident),
    "uscc": lambda text: identifiers.credit_fault(text) is None,
    "organisation-code": lambda text: identifiers.organisation_fault(text) is None,
    "cn-phone": identifiers.is_phone,
    "project-code": identifiers.is_project_code,
}


EXAMPLES: dict[str, Callable[[int], str]] = {
    "date": lambda seed: f"2026-{seed % 12 + 1:02}-{seed % 28 + 1:02}",
    "time": lambda seed: f"{seed % 24:02}:{seed % 60:02}:00",
    "date-time": lambda seed: f"2026-{seed % 12 + 1:02}-{seed % 28 + 1:02}T{seed % 24:02}:00:00+08:00",
    "email": lambda seed: f"name{seed + 1}@example.cn",
    "uri": lambda seed: f"https://example.cn/{seed + 1}",
    "regex": lambda seed: f"[0-9]{{{seed % 9 + 1}}}",
    "resident-id": identifiers.example_resident,
    "uscc": identifiers.example_credit,
    "organisation-code": identifiers.example_organisation,
    "cn-phone": lambda seed: f"139{seed % 100_000_000:08}",
    "project-code": lambda seed: f"2026-371322-47-01-{seed % 1_000_000:06}",
}
"""A made-up text of each format, the same for the same seed; none belongs to anybody we know of."""


def _checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    # an instance of its own, so that nothing is added to the formats of the library's class
    checker.checkers = {}
    for name, check in CHECKS.items():
        checker.checkers[name] = (_of_text(check), (ValueError, re.error))
    return checker


def _of_text(check: Callable[[str], bool]) -> Callable[[Any], bool]:
    def checked(value: Any) -> bool:
        return not isinstance(value, str) or check(value)

    return checked


FORMAT_CHECKER = _checker()
"""Checks the formats in :data:`CHECKS`, and no others."""
