"""Numbers of days in words: none at all is the same day."""

from __future__ import annotations

from ..definitions.types import Text, text


def days_said(days: int) -> Text:
    """Say how long something takes."""
    if days == 0:
        return text("当日", "the same day")
    return text(f"{days} 日", f"{days} day" if days == 1 else f"{days} days")


def promised(days: int) -> Text:
    """Say what is promised."""
    said = days_said(days)
    return (
        text("当日办结", "the same day")
        if days == 0
        else text(f"承诺 {said['zh']}", f"{said['en']} promised")
    )
