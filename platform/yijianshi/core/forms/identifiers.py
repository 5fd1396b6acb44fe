"""Numbers that name persons and bodies in China, checked as their standards say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, index, 31) for index in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

Fault = Literal["form", "birth-date", "check-digit"]


@dataclass(frozen=True, slots=True)
class Resident:
    """What a resident ID number says: area code (GB/T 2260), birth date, sex."""

    area: str
    birth_date: date
    sex: Literal["male", "female"]


def resident(number: str) -> Resident | Fault:
    """Read a resident ID number (GB 11643-1999, 18 digits), or tell what is wrong with it.

    An area code that has been abolished stays valid in the numbers that carry it, so area
    codes are not looked up.
    """
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        return "form"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "birth-date"
    total = sum(int(digit) * weight for digit, weight in zip(number, _RESIDENT_WEIGHTS, strict=False))
    if _RESIDENT_CHECKS[total % 11] != number[17]:
        return "check-digit"
    return Resident(number[:6], born, "male" if int(number[16]) % 2 else "female")


def resident_check(first: str) -> str:
    """Give the check character of the first 17 digits of a resident ID number."""
    total = sum(int(digit) * weight for digit, weight in zip(first, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def example_resident(seed: int) -> str:
    """Make up a number of 郯城县 with a right check digit."""
    first = f"371322{1970 + seed % 30}{seed % 12 + 1:02}{seed % 28 + 1:02}{seed % 1000:03}"
    return first + resident_check(first)


def credit_fault(code: str) -> Fault | None:
    """Tell what is wrong with a unified social credit code (GB 32100-2015), None when it is right.

    The kind of body is not read from the code: a firm converted from a household business
    keeps the code that it had.
    """
    if not re.fullmatch(f"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}", code):
        return "form"
    return None if credit_check(code[:17]) == code[17] else "check-digit"


def credit_check(first: str) -> str:
    """Give the check character of the first 17 characters of a unified social credit code."""
    total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(first, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def example_credit(seed: int) -> str:
    """Make up a code of 郯城县 with a right check character."""
    first = f"91371322MA{seed % 10_000_000:07}"
    return first + credit_check(first)


def organisation_fault(code: str) -> Fault | None:
    """Tell what is wrong with an organisation code (GB 11714-1997, nine characters)."""
    if not re.fullmatch(r"[0-9A-Z]{8}-?[0-9X]", code):
        return "form"
    body = code.replace("-", "")
    return None if body[8] == organisation_check(body[:8]) else "check-digit"


def organisation_check(first: str) -> str:
    """Give the check character of the first eight characters of an organisation code."""
    total = sum(int(c, 36) * w for c, w in zip(first, _ORGANISATION_WEIGHTS, strict=True))
    check = 11 - total % 11
    return "X" if check == 10 else "0" if check == 11 else str(check)


def example_organisation(seed: int) -> str:
    """Make up an organisation code with a right check character."""
    first = f"{seed % 100_000_000:08}"
    return f"{first}-{organisation_check(first)}"


def is_phone(number: str) -> bool:
    """Tell whether it is a mobile number of eleven digits or a landline with its area code."""
    return re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?", number) is not None


def is_project_code(code: str) -> bool:
    """Tell whether it has the form of an investment project's code (24 characters, ``YYYY-AAAAAA-NN-NN-NNNNNN``)."""
    return re.fullmatch(r"[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}", code) is not None


_FULL_WIDTH = {0xFF01 + index: 0x21 + index for index in range(94)} | {0x3000: 0x20}


def narrow(text: str) -> str:
    """Turn full-width letters, digits and signs into ordinary ones, as a Chinese keyboard may give them."""
    return text.translate(_FULL_WIDTH)
