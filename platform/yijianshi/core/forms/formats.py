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
