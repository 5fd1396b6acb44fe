"""Sending a file to somebody who may see it."""

from __future__ import annotations

from urllib.parse import quote

from litestar import Response


def download(filename: str, content: bytes, media_type: str) -> Response[bytes]:
    """Send a file as a download: never shown inside a page, never kept by a cache."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "_" for c in filename)
    return Response(
        content,
        media_type=media_type,
        headers={
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}",
            "cache-control": "private, no-store",
            "x-content-type-options": "nosniff",
        },
    )
