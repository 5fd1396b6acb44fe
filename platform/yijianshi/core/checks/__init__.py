"""Checks of definitions: every problem found in one run, each with its place and its remedy."""

from .documents import Source, check

__all__ = ["Source", "check"]
