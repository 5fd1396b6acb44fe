"""Browser assets: content-hashed, precompressed, cached for good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import File

from ..core.definitions.types import text
from .asset_files import media_type
from .context import Platform
from .errors import Refusal

FOREVER = "public, max-age=31536000, immutable"


@get("/static/{path:path}", opt={"permission": "public"}, include_in_schema=False)
async def asset(
    platform: NamedDependency[Platform], request: Request[Any, Any, Any], path: FromPath[str]
) -> Response[Any]:
    """Send an asset, compressed where the browser takes it."""
    file = platform.assets.file(path.lstrip("/"))
    if file is None:
        raise Refusal(
            404,
            "unknown-asset",
            text("没有这个文件", "there is no such file"),
            text("请刷新页面", "reload the page"),
        )
    headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
    packed = Path(str(file) + ".gz")
    if "gzip" in request.headers.get("accept-encoding", "") and packed.exists():
        headers["content-encoding"] = "gzip"
        return File(
            packed, media_type=media_type(file.name), headers=headers, content_disposition_type="inline"
        )
    return File(file, media_type=media_type(file.name), headers=headers, content_disposition_type="inline")


def static_handlers() -> list[Any]:
    """Give the handlers of the assets."""
    return [asset]
