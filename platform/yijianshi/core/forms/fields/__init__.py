"""The field types, one class each: schema, parsing, checking, display and HTML of one kind of answer."""

from __future__ import annotations

from .address import AddressField
from .base import Field, FieldState, FieldType
from .choices import ChoiceField, MultipleChoiceField, YesNoField
from .dates import DateField, DateRangeField
from .files import FileField
from .groups import GroupField
from .identities import CreditCodeField, PhoneField, ResidentIdField
from .numbers import DecimalField, IntegerField, MoneyField
from .texts import LongTextField, NoteField, TextField

FIELD_TYPES: dict[str, FieldType] = {}
"""Every field type by its name."""


def register(field_type: FieldType) -> None:
    """Add a field type; raises ValueError when the name is taken."""
    if field_type.name in FIELD_TYPES:
        raise ValueError(f"there is already a field type {field_type.name!r}")
    FIELD_TYPES[field_type.name] = field_type


for _type in (
    TextField,
    LongTextField,
    IntegerField,
    DecimalField,
    MoneyField,
    DateField,
    DateRangeField,
    YesNoField,
    ChoiceField,
    MultipleChoiceField,
    ResidentIdField,
    CreditCodeField,
    PhoneField,
    AddressField,
    FileField,
    GroupField,
    NoteField,
):
    register(_type())

__all__ = ["FIELD_TYPES", "Field", "FieldState", "FieldType", "register"]
