"""Compile an archive of Python, in the interpreter it is for: a page that compiles for itself starts seconds later.

Runs in Pyodide under Node when the assets are built (``compile.mjs``); the compiled form belongs to one release of
Python, which is the page's and not the one of the platform.
"""

from __future__ import annotations

import base64
import io
import py_compile
import zipfile
from pathlib import Path

_SOURCE, _COMPILED = Path("/source.py"), Path("/source.pyc")


def compiled(archive: str) -> str:
    """Give an archive (base64) with the compiled form in place of every module's text, stored and without times.

    Docstrings and assertions stay out: nobody reads them in a page. Nothing checks the texts' times either
    (PEP 552), since the texts are not sent. Raises ``py_compile.PyCompileError`` with the module's name.
    """
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base64.b64decode(archive))) as given,
        zipfile.ZipFile(packed, "w") as made,
    ):
        for entry in given.infolist():
            data = given.read(entry)
            name = entry.filename
            if name.endswith(".py"):
                name, data = f"{name}c", _module(name, data)
            made.writestr(zipfile.ZipInfo(name, entry.date_time), data)
    return base64.b64encode(packed.getvalue()).decode("ascii")


def _module(name: str, text: bytes) -> bytes:
    _SOURCE.write_bytes(text)
    py_compile.compile(
        str(_SOURCE),
        cfile=str(_COMPILED),
        dfile=name,
        doraise=True,
        optimize=2,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    return _COMPILED.read_bytes()
