"""Python for the page: which of it is sent, in which archive, and compiled beforehand.

What every form needs is in one archive, what only the designer needs in another: an applicant's phone fetches
nothing of the designer. All of it is compiled by the page's own interpreter when the assets are built
(``ui/compile``); a page that has the texts only compiles 400 modules at every start.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

PYTHON_PACKAGES = ("attr", "attrs", "jsonschema", "jsonschema_specifications", "referencing")

_NEEDLESS = re.compile(
    r"(^|/)(tests|benchmarks|__pycache__)(/|$)|\.pyc$|\.pyi$|/py\.typed$|jsonschema/(cli|__main__)\.py$"
)
_NEEDLESS_IN_STDLIB = re.compile(
    r"^(_pyrepl|curses|dbm|ensurepip|idlelib|lib2to3|multiprocessing|pydoc_data|sqlite3|tkinter|turtledemo|"
    r"tomllib|unittest|venv|wsgiref|xml|xmlrpc)/"
    r"|^(bdb|cProfile|cmd|code|compileall|configparser|doctest|filecmp|fileinput|ftplib|imaplib|mailbox|"
    r"modulefinder|netrc|optparse|pdb|pickletools|plistlib|poplib|profile|pstats|pyclbr|pydoc|smtplib|"
    r"socketserver|symtable|tabnanny|timeit|trace|tracemalloc|turtle|wave|webbrowser|zipapp)\.py$"
    r"|^(asyncio/(proactor_events|tools|windows_events|windows_utils|__main__)|http/(cookiejar|cookies|server)|"
    r"logging/(config|handlers))\.py$"
    r"|^encodings/(mac_|kz|koi|ptcp|palmos|tis_|hp_|cp(?!437|936|1252)|iso8859_(?!1\.)|shift|euc_(?!jis)|iso2022|johab|big5)"
)
"""Parts of the standard library that neither the core nor PyScript's worker imports."""

LIBRARY = "python_stdlib"
"""The archive of the standard library."""

_DESIGNER = Path("core") / "designer"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class InputMissing(RuntimeError):
    """Something that is built from is not there; the message says how to get it."""


def core_files(root: Path) -> dict[str, bytes]:
    """Collect what Python needs in every page: path in the archive → content."""
    package = root / "platform" / "yijianshi"
    files = {"yijianshi/__init__.py": b'"""The part of the platform that runs in the browser."""\n'}
    files |= {
        name: content
        for name, content in _files(package, package / "core")
        if not name.startswith(f"{package.name}/{_DESIGNER.as_posix()}/")
    }
    for folder in package_folders():
        files |= dict(_files(folder, folder))
    files["rpds/__init__.py"] = (root / "ui" / "pyscript" / "rpds" / "__init__.py").read_bytes()
    files["data/regions.json"] = (root / "schemas" / "regions" / "cn.json").read_bytes()
    return files


def designer_files(root: Path) -> dict[str, bytes]:
    """Collect what the designer's pages need beyond it."""
    package = root / "platform" / "yijianshi"
    return dict(_files(package, package / _DESIGNER))


def standard_library(path: Path) -> bytes:
    """Give Pyodide's standard library without what a page never imports."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        return zipped({n: archive.read(n) for n in names if not _NEEDLESS_IN_STDLIB.search(n)})


def package_folders() -> list[Path]:
    """Where the packages lie that the core stands on."""
    return [_package_folder(name) for name in PYTHON_PACKAGES]


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files into a zip archive, stored, in order of their names, with no time in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data)
    return packed.getvalue()


def compiled(root: Path, archives: Mapping[str, bytes]) -> dict[str, bytes]:
    """Compile archives of Python for the page, by Node; what was compiled before lies in ui/.compiled.

    Raises InputMissing when Node is not there or cannot run Pyodide.
    """
    folder = root / "ui" / ".compiled"
    folder.mkdir(exist_ok=True)
    compiler = _compiler(root)
    places = {
        name: folder / f"{name}.{hashlib.sha256(compiler + data).hexdigest()}.zip"
        for name, data in archives.items()
    }
    new = {name: place for name, place in places.items() if not place.is_file()}
    if new:
        # with the compiled library, once there is one, it starts seconds sooner
        known = [place for name, place in places.items() if name == LIBRARY and name not in new]
        library = [*known, root / "ui" / "node_modules" / "pyodide" / f"{LIBRARY}.zip"][0]
        _compile(root, library, {place: archives[name] for name, place in new.items()})
        for name, place in new.items():
            for other in folder.glob(f"{name}.*.zip"):
                if other != place:
                    other.unlink(missing_ok=True)
    return {name: place.read_bytes() for name, place in places.items()}


def _compiler(root: Path) -> bytes:
    """What the compiled form depends on besides the texts."""
    parts = [
        *sorted((root / "ui" / "compile").iterdir()),
        root / "ui" / "node_modules" / "pyodide" / "package.json",
    ]
    return b"\0".join(path.read_bytes() for path in parts if path.is_file())


def _compile(root: Path, library: Path, archives: Mapping[Path, bytes]) -> None:
    node = shutil.which("node")
    if node is None:
        raise InputMissing("缺少 Node.js，请先运行 make setup。/ Node.js is missing: run `make setup` first.")
    # made aside and then put in place: two builds at once do not see half of each other's
    with tempfile.TemporaryDirectory(dir=root / "ui" / ".compiled") as aside:
        pairs = [(Path(aside, f"{n}.in"), Path(aside, f"{n}.out")) for n in range(len(archives))]
        for (given, _), data in zip(pairs, archives.values(), strict=True):
            given.write_bytes(data)
        ran = subprocess.run(  # noqa: S603 (our own script, by Node)
            [
                node,
                str(root / "ui" / "compile" / "compile.mjs"),
                str(library),
                *(str(path) for pair in pairs for path in pair),
            ],
            capture_output=True,
            text=True,
        )
        if ran.returncode:
            raise InputMissing(
                "无法为浏览器编译 Python（需要 Node.js 18 以上）/ Python cannot be compiled for the browser "
                f"(Node.js 18 or later is needed): {node}\n{ran.stderr[-2000:]}"
            )
        for (_, made), place in zip(pairs, archives, strict=True):
            made.rename(place)


def _files(base: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a folder that are needed, by their path from where ``base`` lies."""
    for path in folder.rglob("*"):
        name = path.relative_to(base.parent).as_posix()
        if path.is_file() and not _NEEDLESS.search(name):
            yield name, path.read_bytes()


def _package_folder(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise InputMissing(f"缺少 Python 包 / the Python package is missing: {name}")
    return Path(found.origin).parent
