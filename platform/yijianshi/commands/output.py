"""What the commands share: exit codes, JSON on standard output, findings as lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from ..core.definitions.types import Problem

OK, FINDINGS, MISUSE = 0, 1, 2


def print_json(value: Any) -> None:
    """Print one JSON document on standard output, Chinese as Chinese."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_problems(problems: Sequence[Problem], lang: str) -> None:
    """Print one line for each finding: file, pointer, what, how to mend it."""
    for problem in problems:
        click.echo(problem.line("en" if lang == "en" else "zh"))


def misuse(zh: str, en: str) -> NoReturn:
    """Stop because the command was used wrongly (exit status 2)."""
    click.echo(f"{zh}\n{en}", err=True)
    sys.exit(MISUSE)


def as_json(command: Any) -> Any:
    """Add the option ``--json`` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="print one JSON document on standard output")(
        command
    )


def language(command: Any) -> Any:
    """Add the option ``--lang`` to a command."""
    return click.option(
        "--lang", type=click.Choice(["zh", "en"]), default="zh", help="language of what is printed"
    )(command)
