"""``yijianshi serve``: run the platform."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import uvicorn

from ..core.definitions.types import Text, text
from ..server.app import create_app
from ..server.demo import ACCOUNTS, PASSWORD, remaining
from ..server.settings import Settings
from .exchange import database_option
from .output import MISUSE


@click.command("serve")
@click.option("--host", default=None, help="address to listen on (127.0.0.1)")
@click.option("--port", default=None, type=click.IntRange(1, 65535), help="port to listen on (8000)")
@database_option
@click.option("--data", default=None, type=click.Path(path_type=Path), help="folder for data (var/)")
@click.option("--production", is_flag=True, default=None, help="refuse to start unless it is safe to")
def command(
    host: str | None, port: int | None, database: str | None, data: Path | None, production: bool | None
) -> None:
    """Run the platform; the first run creates the database and loads the shipped definitions."""
    settings = Settings.from_environment(
        host=host, port=port, database=database, data=data, production=production
    )
    _refuse(settings.faults())
    app = create_app(settings)
    known = remaining(app.state.platform.accounts) if settings.production else []
    if known:
        app.state.platform.close()
        names = ", ".join(known)
        _refuse(
            [
                text(
                    f"数据库中仍有公开密码的演示账号：{names}。请换用未做过演示的数据库（--database 或 --data）",
                    f"the database holds demonstration accounts with their public password: {names}. "
                    "Use one that was never used for a demonstration (--database or --data)",
                )
            ]
        )
    click.echo(f"一件事 yijianshi: http://{settings.host}:{settings.port}/")
    if settings.demonstration:
        click.echo(f"演示账号 / demonstration accounts (密码 / password: {PASSWORD}):")
        for name, _, display in ACCOUNTS:
            click.echo(f"  {name:<10} {display}")
    try:
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            server_header=False,
            proxy_headers=settings.production,
        )
    finally:
        app.state.platform.close()


def _refuse(faults: list[Text]) -> None:
    """Say everything that keeps the platform from starting in production, and stop; nothing when all is well."""
    if not faults:
        return
    head = text("不能以生产方式启动：", "not started in production, because:")
    for lang in ("zh", "en"):
        click.echo(head[lang], err=True)
        for fault in faults:
            click.echo(f"  - {fault[lang]}", err=True)
    sys.exit(MISUSE)
