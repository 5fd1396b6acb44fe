"""``yijianshi bench [NAME…]``: measurements of the platform beside its peers, with their bars."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import click

from ..output import FINDINGS, OK, as_json, language, misuse, print_json
from . import designer, rules, soak, store
from .machine import machine

Progress = Callable[[str], None]


class Report(Protocol):
    """What a measurement found."""

    @property
    def failed(self) -> bool:
        """Whether a bar is missed or verdicts differ."""

    def to_json(self) -> dict[str, Any]:
        """Give the report as JSON."""

    def lines(self, lang: str) -> list[str]:
        """Say the report for a reader at a terminal."""


MEASUREMENTS: Mapping[str, Callable[[bool, Progress], Report]] = {
    "rules": rules.measure,
    "soak": soak.measure,
    "designer": designer.measure,
    "store": store.measure,
}
"""By name, one module each: ``measure(quick, progress)``."""


@click.command("bench")
@click.argument("names", nargs=-1)
@click.option("--quick", is_flag=True, help="a small run: verdicts are held to be equal, bars are only told")
@as_json
@language
def command(names: tuple[str, ...], quick: bool, as_json: bool, lang: str) -> None:
    """Measure NAME… (all of them) beside its peers: rules, soak, designer, store.

    Progress goes to standard error. Exit status 1 when a bar is missed or verdicts differ.
    """
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        known, asked = ", ".join(MEASUREMENTS), ", ".join(unknown)
        misuse(f"没有名为 {asked} 的测量，可选：{known}", f"no measurement named {asked}; there are: {known}")

    def progress(what: str) -> None:
        click.echo(what, err=True)

    on = machine()
    reports = {name: MEASUREMENTS[name](quick, progress) for name in names or MEASUREMENTS}
    failed = any(report.failed for report in reports.values())
    if as_json:
        measured = {name: report.to_json() for name, report in reports.items()}
        print_json({"machine": on, "quick": quick, "failed": failed, **measured})
    else:
        click.echo(", ".join(f"{name} {value}" for name, value in on.items()))
        for report in reports.values():
            click.echo("\n".join(report.lines(lang)))
    sys.exit(FINDINGS if failed else OK)
