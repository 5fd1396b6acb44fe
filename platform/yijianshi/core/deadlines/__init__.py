"""Deadlines: the working-day calendar."""

from .calendar import Calendar, CalendarEnds
from .words import days_said, promised

__all__ = ["Calendar", "CalendarEnds", "days_said", "promised"]
