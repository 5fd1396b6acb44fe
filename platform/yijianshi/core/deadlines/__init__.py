"""Deadlines: the working-day calendar."""

from .calendar import Calendar, CalendarEnds

__all__ = ["Calendar", "CalendarEnds"]
