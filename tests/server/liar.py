"""Engines of record that are not what they should be: the real worker with its answers turned round."""

from __future__ import annotations

import sys
from pathlib import Path

from yijianshi.server.engines.durable import DurableEngine

_LIAR = """
from yijianshi.server.engines import durable_worker as w
honest = w.Worker._decide
w.Worker._decide = lambda self, d, m: {decide}
w.main()
"""


def liar(folder: Path, decide: str = "[r for r in honest(self, d, m) if r != 't0']") -> DurableEngine:
    """Give an engine whose worker decides by an expression on the ``honest`` one; the caller closes it."""
    program = folder / "liar.py"
    program.write_text(_LIAR.format(decide=decide), "utf-8")
    return DurableEngine(workers=1, seconds=20, program=[sys.executable, "-W", "ignore", str(program)])
