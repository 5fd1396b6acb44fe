"""The two guards of every handler: may this role do it, and did this browser mean to."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from ...core.definitions.types import text
from ..errors import Refusal
from .permissions import PUBLIC, allows

CSRF_COOKIE = "yijianshi_csrf"
CSRF_FIELD = "_csrf_token"
CSRF_HEADER = "x-csrftoken"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def permission_guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse whoever lacks the handler's permission; a handler without one is closed to all.

    What a form sent when the session had ended is kept in the request, to be sent again after signing in.
    """
    permission = str(handler.opt.get("permission", ""))
    user = connection.user
    if allows(permission, getattr(user, "role", None)):
        return
    if user is None and permission not in PUBLIC:
        ended = connection.auth == "ended"
        if isinstance(connection, Request) and connection.method == "POST" and await _meant(connection):
            connection.state.kept = await _typed(connection)
        raise Refusal(
            401,
            "session-ended" if ended else "sign-in-needed",
            text("登录已过期，请重新登录", "your session has ended")
            if ended
            else text("请先登录", "please sign in first"),
            text("登录后可继续，已保存的草稿不会丢失", "sign in to go on; saved drafts are kept"),
        )
    raise Refusal(
        403,
        "not-permitted",
        text("您没有这项操作的权限", "you are not permitted to do this"),
        text("请使用有权限的账号，或联系管理员", "use an account that is, or ask an administrator"),
    )


def new_csrf() -> str:
    """Make the value of a browser's CSRF cookie."""
    return secrets.token_urlsafe(24)


def csrf_token(secret: str, cookie: str) -> str:
    """Give the token that forms carry: bound to the browser's cookie by the platform's secret."""
    return hmac.new(secret.encode(), b"csrf\x00" + cookie.encode(), hashlib.sha256).hexdigest()


async def csrf_guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse an unsafe request of a browser that does not carry the form's token.

    Requests with a bearer token carry no ambient authority and need none.
    """
    if not isinstance(connection, Request) or connection.method in SAFE or connection.auth == "token":
        return
    if handler.opt.get("csrf") is False:
        return
    if await _meant(connection):
        return
    raise Refusal(
        403,
        "csrf",
        text(
            "页面已过期或请求不是从本站页面发出",
            "the page is out of date, or the request did not come from it",
        ),
        text(
            "请返回上一页刷新后重新提交；填写的内容仍在页面中", "go back, reload the page and send it again"
        ),
    )


async def _meant(connection: Request[Any, Any, Any]) -> bool:
    """Tell whether a request carries the token of this browser's forms."""
    cookie = connection.cookies.get(CSRF_COOKIE, "")
    given = connection.headers.get(CSRF_HEADER, "")
    if not given and connection.content_type[0] in _FORMS:
        given = str((await connection.form()).get(CSRF_FIELD, ""))
    expected = csrf_token(connection.app.state.platform.settings.secret, cookie)
    return bool(cookie) and hmac.compare_digest(given.encode(), expected.encode())


async def _typed(connection: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """Give the texts that a form sent, files and its token left out."""
    if connection.content_type[0] not in _FORMS:
        return []
    pairs = (await connection.form()).multi_items()
    return [(name, value) for name, value in pairs if isinstance(value, str) and name != CSRF_FIELD]
