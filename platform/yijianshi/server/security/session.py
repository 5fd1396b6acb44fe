"""Who makes a request: a session cookie for people, a bearer token for programs."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from ...core.definitions.types import text
from ..errors import Refusal

COOKIE = "yijianshi_session"


def bearer(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """Give the bearer token a program sent, if any."""
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


class SessionMiddleware(AbstractAuthenticationMiddleware):
    """Sets ``request.user`` (an Account or None) and ``request.auth`` (``cookie``, ``token`` or None)."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Look the session up; a token that is not valid is refused, a cookie that has ended is nobody."""
        accounts = connection.app.state.platform.accounts
        token = bearer(connection)
        if token is not None:
            account = await anyio.to_thread.run_sync(accounts.of_session, token, "token")
            if account is None:
                raise Refusal(
                    401,
                    "invalid-token",
                    text("访问令牌无效或已过期", "the token is not valid or has expired"),
                    text("请重新获取令牌", "get a new one from POST /api/v1/tokens"),
                )
            return AuthenticationResult(user=account, auth="token")
        secret = connection.cookies.get(COOKIE)
        if not secret:
            return AuthenticationResult(user=None, auth=None)
        account = await anyio.to_thread.run_sync(accounts.of_session, secret, "cookie")
        return AuthenticationResult(user=account, auth="cookie" if account else "ended")
