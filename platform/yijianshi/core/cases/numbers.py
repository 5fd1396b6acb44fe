"""Case numbers people can read out: region, day, running number, check digit."""

from __future__ import annotations

import re
from datetime import date

_SHAPE = re.compile(r"(\d{6})-(\d{8})-(\d{6})-(\d)")
MAX_PER_DAY = 999_999


def case_number(region: str, day: date, running: int) -> str:
    """Give e.g. ``371322-20261123-000123-9``; raises ValueError for what does not fit.

    The last digit is the check digit of ISO/IEC 7064 MOD 11,10: it finds every single wrong
    digit and nearly every swapped pair.
    """
    if not re.fullmatch(r"\d{6}", region) or not 1 <= running <= MAX_PER_DAY:
        raise ValueError("a case number needs a region of six digits and a number from 1 to 999999")
    body = f"{region}-{day:%Y%m%d}-{running:06d}"
    return f"{body}-{check_digit(body)}"


def is_case_number(text: str) -> bool:
    """Tell whether a text is a case number with the right check digit."""
    match = _SHAPE.fullmatch(text)
    return match is not None and check_digit("".join(match.groups()[:3])) == match.group(4)


def check_digit(text: str) -> str:
    """Give the ISO/IEC 7064 MOD 11,10 check digit of the digits in a text."""
    product = 10
    for character in text:
        if character.isdigit():
            total = (product + int(character)) % 10 or 10
            product = total * 2 % 11
    return str((11 - product) % 10)
