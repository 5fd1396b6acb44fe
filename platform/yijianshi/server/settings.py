"""Settings: from the environment (``YIJIANSHI_*``) and the command line, checked before anything starts."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..core.definitions.types import Text, text
from .files import root

DEMONSTRATION_SECRET = "yijianshi-demonstration-secret-not-for-production"  # noqa: S105 - refused in production
MIN_SECRET = 32


@dataclass(frozen=True)
class Settings:
    """What the platform is started with."""

    database: str = ""
    secret: str = field(default=DEMONSTRATION_SECRET, repr=False)
    production: bool = False
    demonstration: bool = True
    secure_cookies: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = Path("var")
    area: str = "371322"
    engine_workers: int = 2
    engine_seconds: float = 5.0
    session_hours: int = 12
    idle_minutes: int = 60

    @property
    def url(self) -> str:
        """The database's address; without one, a file in the data folder."""
        return self.database or f"sqlite:///{(self.data / 'yijianshi.db').resolve()}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **given: object) -> Settings:
        """Read the environment; what is ``given`` (not None) stands before it."""
        values: dict[str, object] = {}
        for name in ("database", "secret", "host", "area"):
            if environment.get(f"YIJIANSHI_{name.upper()}"):
                values[name] = environment[f"YIJIANSHI_{name.upper()}"]
        if environment.get("YIJIANSHI_DATA"):
            values["data"] = Path(environment["YIJIANSHI_DATA"])
        else:
            values["data"] = root() / "var"
        for name in ("production", "demonstration", "secure_cookies"):
            raw = environment.get(f"YIJIANSHI_{name.upper()}")
            if raw is not None:
                values[name] = raw.lower() in ("1", "true", "yes", "on")
        values |= {name: value for name, value in given.items() if value is not None}
        if values.get("production") and "demonstration" not in values:
            values["demonstration"] = False
        return cls(**values)  # type: ignore[arg-type]

    def faults(self) -> list[Text]:
        """Tell everything that keeps these settings from production; nothing outside production."""
        if not self.production:
            return []
        found = []
        if self.secret == DEMONSTRATION_SECRET or len(self.secret) < MIN_SECRET:
            hint = "YIJIANSHI_SECRET=$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')"
            found.append(
                text(
                    f"密钥为默认值或短于 {MIN_SECRET} 个字符。请设置 {hint}",
                    f"the secret is the default or shorter than {MIN_SECRET} characters: set {hint}",
                )
            )
        if not self.secure_cookies:
            found.append(
                text(
                    "Cookie 未限定只经 TLS 传输。请在 HTTPS 之后运行，并设置 YIJIANSHI_SECURE_COOKIES=1",
                    "cookies are not limited to TLS: run behind HTTPS and set YIJIANSHI_SECURE_COOKIES=1",
                )
            )
        if self.demonstration:
            found.append(
                text(
                    "演示模式会创建公开密码的账号。请设置 YIJIANSHI_DEMONSTRATION=0",
                    "demonstration mode makes accounts with public passwords: set YIJIANSHI_DEMONSTRATION=0",
                )
            )
        return found


def new_secret() -> str:
    """Make a secret fit for production."""
    return secrets.token_urlsafe(48)
