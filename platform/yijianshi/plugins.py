"""The whole surface for plug-ins, on one page. Plug-ins see this module and ``yijianshi.core``.

A plug-in is a Python package with an entry point in the group ``yijianshi``; it implements any of
these hooks with ``@hookimpl``. Every plug-in implements ``check_config``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import click

    from .core.definitions.types import Problem
    from .core.proofs.chain import Entry

Entries = Callable[[int], "Iterable[Entry]"]
"""Gives the journal's entries whose number is greater than the one given, oldest first."""

GROUP = "yijianshi"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


class Hooks:
    """The hooks, each with what goes in and what comes out."""

    @hookspec
    def check_config(self) -> list[Problem]:  # type: ignore[empty-body]
        """Give what is wrong with the plug-in's own configuration; nothing when it can work."""

    @hookspec
    def commands(self, entries: Entries) -> list[click.Command]:  # type: ignore[empty-body]
        """Give commands to add to ``yijianshi``; ``entries(after)`` reads the journal's entries."""


def manager(load: bool = True) -> pluggy.PluginManager:
    """Build the plug-in manager; with ``load`` the installed plug-ins are registered."""
    made = pluggy.PluginManager(GROUP)
    made.add_hookspecs(Hooks)
    if load:
        made.load_setuptools_entrypoints(GROUP)
    return made


def config_problems(made: pluggy.PluginManager) -> list[Any]:
    """Give what every registered plug-in finds wrong with its configuration."""
    return [problem for found in made.hook.check_config() for problem in found]
