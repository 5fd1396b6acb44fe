"""The built browser assets: where each is, by its logical name and by its address."""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from .files import root

PREFIX = "/static/"
_TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
}


class AssetsNotBuilt(RuntimeError):
    """The assets have not been built; the message says how to."""

    def __init__(self) -> None:
        super().__init__(
            "浏览器资源尚未构建，请先运行 make setup。/ The browser assets are not built: run `make setup` first."
        )


@dataclass(frozen=True)
class Assets:
    """Assets of one build; files are only found under its folder."""

    folder: Path
    names: dict[str, str]

    @classmethod
    def load(cls, folder: Path | None = None) -> Assets:
        """Read the manifest of a build; raises AssetsNotBuilt."""
        place = folder or root() / "ui" / "dist"
        try:
            manifest = json.loads((place / "manifest.json").read_text("utf-8"))
        except FileNotFoundError:
            raise AssetsNotBuilt from None
        return cls(place.resolve(), {name: entry["path"] for name, entry in manifest["assets"].items()})

    def url(self, name: str) -> str:
        """Give the address of an asset by its logical name; raises KeyError for an unknown one."""
        return PREFIX + self.names[name]

    def file(self, path: str) -> Path | None:
        """Give the file at an address below the prefix; None when there is none."""
        found = (self.folder / path).resolve()
        inside = found.is_relative_to(self.folder) and found.name != "manifest.json"
        return found if inside and found.is_file() else None


def media_type(name: str) -> str:
    """Give the media type of a file by its ending."""
    ending = Path(name).suffix
    return _TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
