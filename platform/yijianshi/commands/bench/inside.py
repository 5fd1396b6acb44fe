"""The part of the measurement that runs inside Pyodide; it imports nothing but the core."""

from __future__ import annotations

import json
import statistics
import time

from .made import Shape, suite

ROUNDS = 9


def measured(rules: int, shape: Shape, cases: int) -> str:
    """Decide with trace; gives JSON: ``seconds`` of one decision (median), ``met`` rules of each case."""
    made = suite(rules, shape, cases)
    compiled = made.compiled
    compiled.trace(made.cases[0])
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for case in made.cases:
            compiled.evaluate(case)
            compiled.trace(case)
        times.append((time.perf_counter() - started) / len(made.cases))
    return json.dumps({"seconds": statistics.median(times), "met": [sorted(met) for met in made.met]})
