"""``yijianshi account add``: the first accounts of a platform in production, where there is no demonstration."""

from __future__ import annotations

import sys

import click

from ..server.accounts.service import AccountService
from ..server.context import now
from ..server.security.permissions import ROLES
from ..server.security.vault import Vault
from ..server.settings import Settings
from ..server.store import Conflict, open_store
from ..server.tables import TABLES
from .exchange import database_option
from .output import MISUSE, language


@click.group("account")
def command() -> None:
    """Accounts of people who sign in."""


@command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="what the person may do")
@click.option("--display", default="", help="the name people see; NAME when left out")
@click.option("--department", multiple=True, help="code of a department whose matters a staff member handles")
@click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="asked for when left out"
)
@database_option
@language
def add(
    name: str,
    role: str,
    display: str,
    department: tuple[str, ...],
    password: str,
    database: str | None,
    lang: str,
) -> None:
    """Create the account NAME. The database's secret is taken from YIJIANSHI_SECRET, as `serve` does."""
    settings = Settings.from_environment(database=database)
    settings.data.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.url, TABLES)
    try:
        accounts = AccountService(store, Vault(settings.secret), now)
        account = accounts.create(name, password, role, display or name, department)
    except Conflict:
        _refuse(lang, f"用户名“{name}”已被使用，请换一个", f"the name {name!r} is taken: choose another")
    except ValueError as error:
        _refuse(lang, f"无法创建账号：{error}", f"the account cannot be made: {error}")
    else:
        click.echo(
            f"已创建账号 {account.name}（{account.role}）"
            if lang == "zh"
            else f"account {account.name} ({account.role}) created"
        )
    finally:
        store.close()


def _refuse(lang: str, zh: str, en: str) -> None:
    click.echo(zh if lang == "zh" else en, err=True)
    sys.exit(MISUSE)
