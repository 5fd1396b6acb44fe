"""A decision in the browser's Python: Pyodide on V8, the engine of Chromium, through Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from ...server.files import root
from .contestant import NotInstalled, Unequal
from .made import Suite

NAME = "Pyodide: outcomes and trace as JSON"
PATIENCE = 300


def measure(suite: Suite) -> float:
    """Give the seconds of one decision with its trace; raises NotInstalled, or Unequal on other verdicts."""
    node = shutil.which("node")
    pyodide = root() / "ui" / "node_modules" / "pyodide"
    if node is None or not (pyodide / "pyodide.mjs").exists():
        raise NotInstalled("node, pyodide (npm)")
    here = Path(__file__).parent
    platform = here.parents[2]
    command = [node, str(here / "pyodide.mjs"), str(pyodide), str(platform)]
    said = subprocess.run(  # noqa: S603 - our own script, found beside this file
        [*command, str(suite.rules), suite.shape, str(len(suite.cases))],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    result = json.loads(said.stdout)
    if result["met"] != [sorted(met) for met in suite.met]:
        raise Unequal(f"{NAME}, {suite.name}: not what CPython says")
    return float(result["seconds"])
