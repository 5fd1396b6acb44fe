"""The command ``yijianshi``: the product's second face."""

from __future__ import annotations

import click

from .commands import account, check, compose, evaluate, exchange, serve, verify, walkthrough, whatif
from .commands.bench.command import command as bench_command
from .commands.journal import entries
from .plugins import manager


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
