"""The headers of every answer: a strict content security policy, isolation, no sniffing."""

from __future__ import annotations

from litestar.datastructures import MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

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


class HeadersMiddleware:
    """Adds the headers to every answer, error pages and files included; pages are not cached."""

    def __init__(self, app: ASGIApp, strict_transport: bool = False) -> None:
        self._app = app
        self._strict_transport = strict_transport

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress its answer."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if self._strict_transport:
                    headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
                if "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
                fresh = scope.get("state", {}).get("new_csrf")
                if fresh:
                    secure = "; Secure" if self._strict_transport else ""
                    headers.add(
                        "set-cookie", f"{CSRF_COOKIE}={fresh}; Path=/; HttpOnly; SameSite=Lax{secure}"
                    )
            await send(message)

        await self._app(scope, receive, dressed)
