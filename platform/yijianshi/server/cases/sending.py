"""Sending a document to somebody who may see it."""

from __future__ import annotations

from urllib.parse import quote

from litestar import Response

from .model import File


def attachment(file: File) -> Response[bytes]:
    """Send a file as a download: never shown inside a page, never kept by a cache."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "_" for c in file.filename)
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.filename)}",
            "cache-control": "private, no-store",
            "x-content-type-options": "nosniff",
        },
    )
