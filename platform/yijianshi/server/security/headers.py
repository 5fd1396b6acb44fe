"""The headers of every answer: a strict content security policy, isolation, no sniffing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from .guards import CSRF_COOKIE

# Pyodide compiles WebAssembly ('wasm-unsafe-eval', nothing else); PyScript starts its worker from a blob
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def dresser(strict_transport: bool = False) -> Callable[[Message, Scope], Awaitable[None]]:
    """Give the hook that adds the headers to every answer, errors before routing included.

    Pages are not cached; with ``strict_transport`` browsers are told to come by TLS only.
    """

    async def dress(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers[name] = value
        if strict_transport:
            headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
        if "cache-control" not in headers:
            headers["cache-control"] = "no-store"
        fresh = scope.get("state", {}).get("new_csrf")
        if fresh:
            secure = "; Secure" if strict_transport else ""
            headers.add("set-cookie", f"{CSRF_COOKIE}={fresh}; Path=/; HttpOnly; SameSite=Lax{secure}")

    return dress
