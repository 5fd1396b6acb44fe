"""Signing in and out, the own account, language and text size; pages and API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, URLEncodedBody
from litestar.response import Redirect, Template

from ...core.definitions.canonical import MalformedJson, loads
from ...core.definitions.types import Json
from ..context import Platform
from ..errors import Refusal
from ..security.session import COOKIE, bearer
from ..templating import LANGUAGE_COOKIE, LARGE_COOKIE

AnyRequest = Request[Any, Any, Any]
OWN = {"permission": "account.own"}
PUBLIC = {"permission": "public"}


@dataclass
class SignInForm:
    """The sign-in form."""

    name: str = ""
    password: str = ""
    next: str = "/"
    again: str = ""
    """Where a form was sent to when the session had ended."""
    kept: str = ""
    """What it sent: a JSON list of names and texts."""


@dataclass
class SignInBody:
    """A name and a password."""

    name: str
    password: str


@dataclass
class PreferenceForm:
    """The language or text size switch, and where to go back to."""

    value: str = ""
    next: str = "/"


def local(path: str) -> str:
    """Give a path of this site; anything that could lead elsewhere becomes the home page."""
    if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path and "\r" not in path:
        return path
    return "/"


def home_of(role: str) -> str:
    """Give the page a role starts at."""
    return {
        "administrator": "/registry",
        "window": "/desk",
        "department": "/desk",
        "auditor": "/audit",
    }.get(role, "/")


@get("/sign-in", opt=PUBLIC, include_in_schema=False)
async def sign_in_page(next: FromQuery[str] = "/") -> Template:
    """Ask for name and password."""
    return Template("accounts/sign_in.html", context={"next": local(next), "name": "", "refusal": None})


@post("/sign-in", opt=PUBLIC, include_in_schema=False, sync_to_thread=True)
def sign_in(
    platform: NamedDependency[Platform], request: AnyRequest, data: URLEncodedBody[SignInForm]
) -> Response[Any]:
    """Sign in, under a new session, and go on to where one wanted to go."""
    address = request.client.host if request.client else "-"
    try:
        account, secret = platform.accounts.sign_in(data.name.strip(), data.password, address)
    except Refusal as refusal:
        context: dict[str, Any] = {"next": local(data.next), "name": data.name, "refusal": refusal}
        if _sent(data):
            context |= {"again": data.again, "kept": data.kept}
        seconds = getattr(refusal, "seconds", None)
        headers = {"Retry-After": str(seconds)} if seconds is not None else {}
        return Template("accounts/sign_in.html", context=context, status_code=refusal.status, headers=headers)
    old = request.cookies.get(COOKIE)
    if old:
        platform.accounts.sign_out(old)
    target, sent = local(data.next), _sent(data)
    request.scope["user"] = account  # the page that follows is his already
    answer: Response[Any] = (
        Template("accounts/again.html", context={"again": data.again, "sent": sent})
        if sent
        else Redirect(home_of(account.role) if target == "/" else target, status_code=303)
    )
    answer.set_cookie(session_cookie(platform, secret))
    return answer


def _sent(data: SignInForm) -> list[tuple[str, str]]:
    """Give what a form sent when the session had ended; nothing when it was not sent to this site."""
    if local(data.again) != data.again or not data.again:
        return []
    try:
        pairs = loads(data.kept.encode())
    except (MalformedJson, UnicodeEncodeError):
        return []
    whole = isinstance(pairs, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in pairs
    )
    return [(name, value) for name, value in pairs] if whole else []


def session_cookie(platform: Platform, secret: str) -> Cookie:
    """Make the session cookie: not for scripts, not for other sites, in production only over TLS."""
    return Cookie(
        COOKIE,
        value=secret,
        httponly=True,
        samesite="lax",
        secure=platform.settings.secure_cookies,
        max_age=platform.settings.session_hours * 3600,
        path="/",
    )


@post("/sign-out", opt=OWN, include_in_schema=False, sync_to_thread=True)
def sign_out(platform: NamedDependency[Platform], request: AnyRequest) -> Redirect:
    """End the session."""
    platform.accounts.sign_out(request.cookies.get(COOKIE, ""))
    answer = Redirect("/", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


@get("/account", opt=OWN, include_in_schema=False, sync_to_thread=True)
def account_page(platform: NamedDependency[Platform], request: AnyRequest) -> Template:
    """Show the own account."""
    return Template("accounts/account.html", context={"personal": platform.accounts.personal(request.user)})


@post("/preferences/language", opt=PUBLIC, include_in_schema=False)
async def choose_language(data: URLEncodedBody[PreferenceForm]) -> Redirect:
    """Switch between Chinese and English."""
    answer = Redirect(local(data.next), status_code=303)
    answer.set_cookie(
        LANGUAGE_COOKIE, "en" if data.value == "en" else "zh", max_age=31_536_000, samesite="lax"
    )
    return answer


@post("/preferences/text-size", opt=PUBLIC, include_in_schema=False)
async def choose_text_size(data: URLEncodedBody[PreferenceForm]) -> Redirect:
    """Switch large text on or off."""
    answer = Redirect(local(data.next), status_code=303)
    answer.set_cookie(LARGE_COOKIE, "1" if data.value == "1" else "0", max_age=31_536_000, samesite="lax")
    return answer


@post("/api/v1/tokens", opt={**PUBLIC, "csrf": False}, tags=["account"], sync_to_thread=True)
def new_token(
    platform: NamedDependency[Platform], request: AnyRequest, data: JSONBody[SignInBody]
) -> dict[str, Json]:
    """Get a bearer token with name and password; it ends after the session's lifetime."""
    address = request.client.host if request.client else "-"
    account, secret = platform.accounts.sign_in(data.name, data.password, address, "token")
    return {
        "token": secret,
        "token_type": "Bearer",
        "expires_in": platform.settings.session_hours * 3600,
        "account": account.to_json(),
    }


@delete("/api/v1/tokens", opt=OWN, tags=["account"], status_code=204, sync_to_thread=True)
def end_token(platform: NamedDependency[Platform], request: AnyRequest) -> None:
    """End the session that makes this request: its token, or its cookie."""
    platform.accounts.sign_out(bearer(request) or request.cookies.get(COOKIE, ""))


@get("/api/v1/account", opt=OWN, tags=["account"], sync_to_thread=True)
def own_account(platform: NamedDependency[Platform], request: AnyRequest) -> dict[str, Json]:
    """Give the own account and what it knows of its person."""
    return {**request.user.to_json(), "personal": platform.accounts.personal(request.user)}


handlers = [
    sign_in_page,
    sign_in,
    sign_out,
    account_page,
    choose_language,
    choose_text_size,
    new_token,
    end_token,
    own_account,
]
