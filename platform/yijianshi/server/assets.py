"""Build what the browser is given: ``build(root)``, or ``python -m yijianshi.server.assets``.

Takes ui/node_modules, ui/static, ui/pyscript and the core package (``browser_python``), and writes
ui/dist: every file under a name that holds the hash of its content (so that it may be cached for
good), what compresses also as ``.gz``, and ``manifest.json`` from logical names to paths.
A library whose parts load each other by name stays together in one folder named by the
hash of all of it. The same input gives the same bytes; when nothing has changed since the
last build, nothing is done.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import browser_python
from .asset_files import PREFIX
from .browser_python import (
    InputMissing,
    compiled,
    core_files,
    designer_files,
    package_folders,
    standard_library,
    zipped,
)
from .files import root as home

MANIFEST = "manifest.json"
_STAMP = ".inputs"
_HASH_LENGTH = 12
_PACKED = {".js", ".mjs", ".css", ".svg", ".json", ".py", ".wasm", ".zip"}
"""Endings worth compressing; the zips are stored, so that they compress as one piece."""
_REFERENCE = re.compile(r"@asset\(([^)]+)\)")
_EPOCH = (1980, 1, 1, 0, 0, 0)

LIBRARIES = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "sortable.js": "sortablejs/Sortable.min.js",
    "morph.js": "idiomorph/dist/idiomorph.min.js",
    "idiomorph.js": "idiomorph/dist/idiomorph-ext.min.js",
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.js": "@tabler/core/dist/js/tabler.min.js",
}
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json")
_PLUGINS = ("codemirror", "deprecations", "donkey", "mpy", "py-editor", "py-game", "py-terminal", "xterm")
"""Chunks of PyScript that ui/pyscript/core.js switches off, and what only they load."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One built file: its path under ui/dist, its size and the SHA-256 of its bytes."""

    path: str
    size: int
    sha256: str

    @property
    def url(self) -> str:
        """The address at which it is served."""
        return PREFIX + self.path


@dataclass(frozen=True, slots=True)
class Manifest:
    """The assets of one build by logical name; ``fresh`` is false when nothing had to be done."""

    assets: Mapping[str, Asset]
    fresh: bool

    def url(self, name: str) -> str:
        """Give the address of an asset; raises KeyError for an unknown name."""
        return self.assets[name].url


def build(root: Path) -> Manifest:
    """Build ui/dist under ``root``; raises InputMissing when the npm packages or Node are not there."""
    dist = root / "ui" / "dist"
    if not (root / "ui" / "node_modules" / "pyodide").is_dir():
        raise InputMissing(
            "缺少 ui/node_modules，请先运行 make setup。/ ui/node_modules is missing: run `make setup` first."
        )
    stamp = _stamp(root)
    if (dist / _STAMP).is_file() and (dist / _STAMP).read_text() == stamp and (dist / MANIFEST).is_file():
        return _read(dist)
    # built aside and then put in place, so that a server never sees half a build
    new = Path(tempfile.mkdtemp(prefix=".dist-", dir=root / "ui"))
    new.chmod(0o755)
    try:
        assets = _write_all(new, root)
        content = {
            name: {"path": a.path, "url": a.url, "size": a.size, "sha256": a.sha256}
            for name, a in sorted(assets.items())
        }
        (new / MANIFEST).write_text(json.dumps({"assets": content}, indent=1) + "\n", "utf-8")
        (new / _STAMP).write_text(stamp)
        _put_in_place(new, dist)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return Manifest(assets, fresh=True)


def _put_in_place(new: Path, dist: Path) -> None:
    shutil.rmtree(dist, ignore_errors=True)
    try:
        new.rename(dist)
    except OSError:
        # somebody else who built the same at the same time was first
        if not (dist / MANIFEST).is_file():
            raise


def _read(dist: Path) -> Manifest:
    raw = json.loads((dist / MANIFEST).read_text("utf-8"))["assets"]
    assets = {name: Asset(entry["path"], entry["size"], entry["sha256"]) for name, entry in raw.items()}
    return Manifest(assets, fresh=False)


class _Build:
    """Writes files under content-hashed names and remembers them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.assets: dict[str, Asset] = {}

    def file(self, name: str, data: bytes) -> None:
        """Write one file as ``name.<hash>.ext``; text may refer to earlier assets as ``@asset(name)``."""
        if name.endswith((".js", ".css")):
            data = _REFERENCE.sub(lambda m: self.assets[m[1]].url, data.decode("utf-8")).encode("utf-8")
        path = Path(name)
        self._write(name, str(path.with_name(f"{path.stem}.{_hash(data)}{path.suffix}")), data)

    def together(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write files that load each other by name into one folder ``name.<hash>``."""
        whole = hashlib.sha256()
        for inner, data in sorted(files.items()):
            whole.update(f"{inner}\0{len(data)}\0".encode() + data)
        folder = f"{name}.{whole.hexdigest()[:_HASH_LENGTH]}"
        for inner, data in sorted(files.items()):
            self._write(f"{name}/{inner}", f"{folder}/{inner}", data)

    def _write(self, name: str, path: str, data: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        if target.suffix in _PACKED:
            Path(f"{target}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
        self.assets[name] = Asset(path, len(data), hashlib.sha256(data).hexdigest())


def _write_all(folder: Path, root: Path) -> dict[str, Asset]:
    build_ = _Build(folder)
    modules, programs = root / "ui" / "node_modules", root / "ui" / "pyscript"
    for name, place in LIBRARIES.items():
        # the source maps stay out, and with them the comments that would make a browser ask for them
        build_.file(name, _unmapped((modules / place).read_bytes()))
    pyodide = {name: _unmapped_js(modules / "pyodide" / name) for name in PYODIDE}
    python = compiled(
        root,
        {
            "python_stdlib": standard_library(modules / "pyodide" / "python_stdlib.zip"),
            "core": zipped(core_files(root)),
            "designer": zipped(designer_files(root)),
        },
    )
    pyodide["python_stdlib.zip"] = python["python_stdlib"]
    pyodide["interpreter.mjs"] = (programs / "interpreter.mjs").read_bytes()
    build_.together("pyodide", pyodide)
    chunks = sorted((modules / "@pyscript" / "core" / "dist").glob("*.js"))
    build_.together("pyscript", {path.name: _unmapped_js(path) for path in chunks if _is_used(path.name)})
    build_.file("core.zip", python["core"])
    build_.file("designer.zip", python["designer"])
    for path in sorted(programs.glob("*.py")):
        build_.file(path.name, path.read_bytes())
    for path in sorted(programs.glob("*.js")):
        build_.file(path.name, path.read_bytes())
    for path in sorted((root / "ui" / "static").rglob("*")):
        if path.is_file():
            build_.file(path.relative_to(root / "ui" / "static").as_posix(), path.read_bytes())
    return build_.assets


def _is_used(chunk: str) -> bool:
    """Tell whether a chunk of PyScript can be asked for by a page of ours: no editor, terminal or game."""
    return not chunk.startswith(_PLUGINS)


def _unmapped(data: bytes) -> bytes:
    return re.sub(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$", b"\n", data)


def _unmapped_js(path: Path) -> bytes:
    data = path.read_bytes()
    return _unmapped(data) if path.suffix in (".js", ".mjs") else data


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_HASH_LENGTH]


def _stamp(root: Path) -> str:
    """Tell one state of the inputs from another by names, sizes and times, without reading them."""
    digest = hashlib.sha256()
    for path in _inputs(root):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _inputs(root: Path) -> Iterator[Path]:
    modules = root / "ui" / "node_modules"
    yield from (Path(__file__), Path(browser_python.__file__))
    yield from (modules / place for place in LIBRARIES.values())
    yield from (modules / "pyodide" / name for name in (*PYODIDE, "python_stdlib.zip"))
    folders = [
        modules / "@pyscript" / "core" / "dist",
        root / "ui" / "static",
        root / "ui" / "pyscript",
        root / "platform" / "yijianshi" / "core",
        root / "schemas" / "regions",
        root / "ui" / "compile",
        *package_folders(),
    ]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def main() -> int:
    """Build the assets of this checkout; gives the exit status."""
    try:
        manifest = build(home())
    except InputMissing as error:
        print(error, file=sys.stderr)
        return 2
    if manifest.fresh:
        size = sum(asset.size for asset in manifest.assets.values())
        print(f"浏览器资源已构建 / browser assets built: {len(manifest.assets)} files, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
