"""The command ``yijianshi``: the product's second face."""

from __future__ import annotations

from typing import Any

import click

from .commands import account, check, compose, evaluate, exchange, serve, verify, walkthrough, whatif
from .commands.bench.command import command as bench_command
from .commands.journal import entries
from .commands.output import MISUSE
from .plugins import manager
from .server.store import Unreachable


class Said(click.Group):
    """Commands that say in a sentence, and not in a traceback, that there is no database to work on."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; exit status 2 where the database does not answer."""
        try:
            return super().invoke(ctx)
        except Unreachable as error:
            click.echo(str(error), err=True)
            ctx.exit(MISUSE)


@click.group(cls=Said, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yijianshi")
def main() -> None:
    """一件事: compose government services as data, check them, and serve them.

    Exit status 0 when all is well, 1 for findings, 2 for misuse.
    """


for _command in (
    serve.command,
    check.command,
    compose.command,
    evaluate.command,
    exchange.import_command,
    exchange.export_command,
    verify.command,
    bench_command,
    whatif.command,
    walkthrough.command,
    account.command,
):
    main.add_command(_command)

for _commands in manager().hook.commands(entries=entries):
    for _command in _commands:
        main.add_command(_command)
