"""Deadlines: the working-day calendar and clocks."""
