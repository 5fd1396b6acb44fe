"""Templates: Jinja with what every page knows of its request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined, pass_context, select_autoescape
from jinja2.runtime import Context
from litestar import Request
from litestar.plugins.jinja import JinjaTemplateEngine
from markupsafe import Markup

from ..core.units import unit_in
from .accounts.names import called
from .files import root
from .security.guards import CSRF_COOKIE, CSRF_FIELD, csrf_token, new_csrf
from .security.permissions import allows

LANGUAGE_COOKIE = "yijianshi_lang"
LARGE_COOKIE = "yijianshi_large"


def language(request: Request[Any, Any, Any]) -> str:
    """Give the language of a request: ``zh`` unless English was chosen."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def csrf_cookie(request: Request[Any, Any, Any]) -> str:
    """Give the browser's CSRF cookie, or the one this answer will set."""
    known = request.cookies.get(CSRF_COOKIE)
    if known:
        return known
    if not hasattr(request.state, "new_csrf"):
        request.state.new_csrf = new_csrf()
    fresh: str = request.state.new_csrf
    return fresh


def token_of(request: Request[Any, Any, Any]) -> str:
    """Give the CSRF token for the forms of a page."""
    return csrf_token(request.app.state.platform.settings.secret, csrf_cookie(request))


def _csrf_input(request: Request[Any, Any, Any]) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, token_of(request))


KNOWN: Mapping[str, Callable[[Request[Any, Any, Any]], Any]] = {
    "lang": language,
    "user": lambda request: request.scope.get("user"),
    "large_text": lambda request: request.cookies.get(LARGE_COOKIE) == "1",
    "csrf_input": _csrf_input,
    "csrf_value": token_of,
}


class Absent(StrictUndefined):
    """What is not there may be asked for in an ``if``, but never printed."""

    __bool__ = Undefined.__bool__  # type: ignore[assignment]


class PageContext(Context):
    """A template's context that also knows the request's language, user and CSRF field."""

    def resolve_or_missing(self, key: str) -> Any:
        """Look a name up; what every page knows comes from the request."""
        if key in KNOWN:
            request = super().resolve_or_missing("request")
            if isinstance(request, Request):
                return KNOWN[key](request)
        return super().resolve_or_missing(key)


@pass_context
def _phrase(context: Context, zh: str, en: str) -> str:
    return en if context.resolve_or_missing("lang") == "en" else zh


@pass_context
def _of(context: Context, text: Mapping[str, str] | str | None) -> str:
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    return text["en" if context.resolve_or_missing("lang") == "en" else "zh"]


@pass_context
def _unit(context: Context, unit: str | None) -> str:
    return unit_in(unit, str(context.resolve_or_missing("lang")))


@pass_context
def _can(context: Context, permission: str) -> bool:
    return allows(permission, getattr(context.resolve_or_missing("user"), "role", None))


@pass_context
def _person(context: Context, name: str | None) -> str:
    """Call a person by his name, with the account's in addition; see ``accounts.names``."""
    request = context.resolve_or_missing("request")
    if not name or not isinstance(request, Request):
        return name or ""
    # a page names the same few people many times
    known: dict[str, str] = getattr(request.state, "people", None) or {}
    if name not in known:
        accounts = request.app.state.platform.accounts
        known = {**known, name: accounts.display_names([name]).get(name, "")}
        request.state.people = known
    return called(name, known[name])["en" if context.resolve_or_missing("lang") == "en" else "zh"]


def masked(value: object) -> str:
    """Cover a value but for its first and last characters."""
    shown = str(value)
    return shown[:2] + "*" * max(3, len(shown) - 4) + shown[-2:] if len(shown) > 4 else "***"


def engine(asset: Callable[[str], str]) -> JinjaTemplateEngine:
    """Build the template engine; ``asset`` gives the address of a browser asset."""
    environment = Environment(
        loader=FileSystemLoader(root() / "ui" / "templates"),
        autoescape=select_autoescape(("html",)),
        undefined=Absent,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.context_class = PageContext
    environment.globals |= {
        "_": _phrase,
        "t": _of,
        "unit": _unit,
        "can": _can,
        "person": _person,
        "asset": asset,
    }
    environment.filters["masked"] = masked
    return JinjaTemplateEngine.from_environment(environment)
