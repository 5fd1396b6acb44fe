"""Accounts and their sessions: argon2id passwords, server-side sessions, tokens for programs."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ...core.definitions.types import Json, Text, text
from ..errors import Refusal
from ..security.limits import AttemptLimit
from ..security.permissions import PERMISSIONS, ROLES
from ..security.vault import Vault
from ..store.protocol import Row, Store
from .names import called

SEEN_AGAIN = timedelta(minutes=2)
"""A session's last use is written down no more often than this."""

MIN_PASSWORD = 10


@dataclass(frozen=True)
class Account:
    """Who is signed in. Personal data are asked for by ``AccountService.personal``."""

    id: str
    name: str
    display_name: str
    role: str
    departments: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Json]:
        """Give the account as the API does, without personal data."""
        return {
            "id": self.id,
            "name": self.name,
            "display_name": self.display_name,
            "role": self.role,
            "departments": list(self.departments),
        }


class AccountService:
    """Creates, signs in and finds accounts; thread-safe."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        clock: Callable[[], datetime],
        lifetime: timedelta = timedelta(hours=12),
        idle: timedelta = timedelta(hours=1),
        cheap_passwords: bool = False,
    ) -> None:
        """``cheap_passwords`` lowers argon2's cost, for tests that make many accounts."""
        self._store = store
        self._vault = vault
        self._clock = clock
        self._lifetime = lifetime
        self._idle = idle
        self._hasher = (
            PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
            if cheap_passwords
            else PasswordHasher()
        )
        # hashed once, so that an unknown name takes as long as a wrong password
        self._nobody = self._hasher.hash(secrets.token_hex(16))
        self._attempts = AttemptLimit(clock)

    def create(
        self,
        name: str,
        password: str,
        role: str,
        display_name: str,
        departments: tuple[str, ...] = (),
        personal: Mapping[str, str] | None = None,
    ) -> Account:
        """Create an account; ``personal`` may hold ``name``, ``id_number``, ``phone``.

        Raises ValueError for an unknown role or a short password, Conflict when the name is taken.
        """
        if role not in ROLES:
            raise ValueError(f"unknown role {role!r}")
        if len(password) < MIN_PASSWORD:
            raise ValueError(f"a password has at least {MIN_PASSWORD} characters")
        account = secrets.token_hex(8)
        known = dict(personal or {})
        key = self._vault.new_case_key(account)
        row = {
            "id": account,
            "name": name,
            "display_name": display_name,
            "role": role,
            "departments": list(departments),
            "password": self._hasher.hash(password),
            "wrapped_key": key,
            "personal": self._vault.encrypt(key, json.dumps(known).encode(), case_id=account),
            "id_hash": self._vault.lookup_hash(known["id_number"]) if "id_number" in known else None,
            "active": True,
            "created_at": self._clock().isoformat(),
        }
        with self._store.write() as writer:
            writer.insert("accounts", row)
            writer.append("account.created", account, "system", {"role": role}, self._clock())
        return _account(row)

    def find(self, name: str) -> Account | None:
        """Give the account with a sign-in name."""
        with self._store.read() as reader:
            rows = reader.find("accounts", (("name", "=", name),))
        return _account(rows[0]) if rows else None

    def display_names(self, names: Iterable[str]) -> dict[str, str]:
        """Give what the people with these sign-in names are called, those that are known."""
        with self._store.read() as reader:
            rows = reader.find("accounts", (("name", "in", sorted(set(names))),), ("name",))
        return {row["name"]: row["display_name"] for row in rows if row["display_name"]}

    def deciding(self) -> frozenset[str]:
        """Give the codes of the departments that somebody decides for."""
        roles = sorted(PERMISSIONS["desk.decide"])
        with self._store.read() as reader:
            rows = reader.find("accounts", (("role", "in", roles), ("active", "=", True)), ("name",))
        return frozenset(code for row in rows for code in row["departments"])

    def called(self, name: str) -> Text:
        """Give what a person is called, with the account's name in addition."""
        return called(name, self.display_names([name]).get(name, ""))

    def with_password(self, names: Iterable[str], password: str) -> list[str]:
        """Give those of the names whose account can sign in with this password."""
        with self._store.read() as reader:
            rows = reader.find("accounts", (("name", "in", sorted(names)), ("active", "=", True)), ("name",))
        return [row["name"] for row in rows if self._matches(row["password"], password)]

    def get(self, account: str) -> Account | None:
        """Give the account with an id."""
        with self._store.read() as reader:
            row = reader.get("accounts", account)
        return _account(row) if row else None

    def personal(self, account: Account) -> dict[str, str]:
        """Give what the account knows of its person, by prefill source (``account.name``, …)."""
        with self._store.read() as reader:
            row = reader.get("accounts", account.id)
        if row is None or row["personal"] is None:
            return {}
        opened = self._vault.decrypt(row["wrapped_key"], row["personal"], case_id=account.id)
        return {f"account.{key}": value for key, value in json.loads(opened).items()}

    def sign_in(self, name: str, password: str, address: str, kind: str = "cookie") -> tuple[Account, str]:
        """Check a password; gives the account and the secret of a new session.

        Raises Refusal 401, or 429 after too many attempts for the name or from the address.
        """
        wait = max(self._attempts.wait("name:" + name), self._attempts.wait("address:" + address))
        if wait:
            raise TooManyAttempts(wait)
        with self._store.read() as reader:
            rows = reader.find("accounts", (("name", "=", name), ("active", "=", True)))
        row = rows[0] if rows else None
        if not self._matches(row["password"] if row else self._nobody, password) or row is None:
            self._attempts.failed("name:" + name, "address:" + address)
            raise Refusal(
                401,
                "wrong-password",
                text("用户名或密码不正确", "the name or the password is not right"),
                text(
                    "请核对后重试；忘记密码请联系管理员", "check both and try again, or ask an administrator"
                ),
            )
        self._attempts.succeeded("name:" + name)
        if self._hasher.check_needs_rehash(row["password"]):
            with self._store.write() as writer:
                writer.update("accounts", row["id"], {"password": self._hasher.hash(password)})
        return _account(row), self._begin(row["id"], kind)

    def _begin(self, account: str, kind: str) -> str:
        secret = secrets.token_urlsafe(32)
        now = self._clock()
        with self._store.write() as writer:
            for old in writer.find("sessions", (("expires_at", "<", now.isoformat()),), limit=50):
                writer.delete("sessions", old["id"])
            writer.insert(
                "sessions",
                {
                    "id": _digest(secret),
                    "account": account,
                    "kind": kind,
                    "created_at": now.isoformat(),
                    "seen_at": now.isoformat(),
                    "expires_at": (now + self._lifetime).isoformat(),
                },
            )
        return secret

    def of_session(self, secret: str, kind: str) -> Account | None:
        """Give the account of a session's secret; None when it has ended."""
        key = _digest(secret)
        now = self._clock()
        with self._store.read() as reader:
            session = reader.get("sessions", key)
            if session is None or session["kind"] != kind or session["expires_at"] < now.isoformat():
                return None
            seen = datetime.fromisoformat(session["seen_at"])
            if kind == "cookie" and now - seen > self._idle:
                return None
            row = reader.get("accounts", session["account"])
        if row is None or not row["active"]:
            return None
        if now - seen > SEEN_AGAIN:
            with self._store.write() as writer:
                writer.update("sessions", key, {"seen_at": now.isoformat()})
        return _account(row)

    def sign_out(self, secret: str) -> None:
        """End a session; one that has ended already is no error."""
        with self._store.write() as writer:
            writer.delete("sessions", _digest(secret))

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


class TooManyAttempts(Refusal):
    """Too many failed attempts to sign in; ``seconds`` until the next is taken."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            429,
            "too-many-attempts",
            text("登录尝试过于频繁", "too many attempts to sign in"),
            text(f"请在 {seconds} 秒后重试", f"try again in {seconds} seconds"),
        )
        self.seconds = seconds


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _account(row: Row | Mapping[str, Any]) -> Account:
    return Account(row["id"], row["name"], row["display_name"], row["role"], tuple(row["departments"]))
