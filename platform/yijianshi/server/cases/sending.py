"""Sending a document to somebody who may see it."""

from __future__ import annotations

from litestar import Response

from ..downloads import download
from .model import File


def attachment(file: File) -> Response[bytes]:
    """Send a file as a download."""
    return download(file.filename, file.content, file.media_type)
