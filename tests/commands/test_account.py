"""Accounts made by the command, and signed in with."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result

from yijianshi.server.accounts.service import AccountService
from yijianshi.server.context import now
from yijianshi.server.security.vault import Vault
from yijianshi.server.settings import Settings
from yijianshi.server.store import open_store
from yijianshi.server.tables import TABLES

from .test_commands import run

SECRET = "a-secret-of-this-test-that-is-long-enough-for-production"
PASSWORD = "first-of-all-administrators"


def add(folder: Path, *more: object) -> Result:
    return run(
        "account",
        "add",
        *more,
        "--password",
        PASSWORD,
        "--database",
        f"sqlite:///{folder}/a.db",
        YIJIANSHI_SECRET=SECRET,
    )


def test_the_first_account_signs_in(tmp_path: Path) -> None:
    made = add(tmp_path, "zhang", "--role", "department", "--display", "张审批", "--department", "housing")
    assert made.exit_code == 0, made.output
    store = open_store(Settings.from_environment({}, database=f"sqlite:///{tmp_path}/a.db").url, TABLES)
    try:
        account, _ = AccountService(store, Vault(SECRET), now).sign_in("zhang", PASSWORD, "test", "token")
        assert (account.role, account.display_name, account.departments) == (
            "department",
            "张审批",
            ("housing",),
        )
    finally:
        store.close()


def test_a_taken_name_a_short_password_and_an_unknown_role_are_misuse(tmp_path: Path) -> None:
    assert add(tmp_path, "li", "--role", "auditor").exit_code == 0
    taken = add(tmp_path, "li", "--role", "auditor")
    assert taken.exit_code == 2 and "已被使用" in taken.output
    assert add(tmp_path, "wu", "--role", "king").exit_code == 2
    short = run(
        "account",
        "add",
        "wu",
        "--role",
        "auditor",
        "--password",
        "x",
        "--database",
        f"sqlite:///{tmp_path}/a.db",
    )
    assert short.exit_code == 2
    elsewhere = run("account", "add", "wu", "--role", "auditor", "--password", PASSWORD, "--database", "a.db")
    assert elsewhere.exit_code == 2 and "sqlite:///" in elsewhere.output
