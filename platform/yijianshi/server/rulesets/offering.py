"""Test cases sought for a draft: one search for each draft at a time, watched, stopped, and kept when it is done."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from ...core.designer.offers import Offers, Seeking
from ..engines.analysis import Stopped, Watch
from .analyses import Analyses

KEPT = 100


@dataclass
class _Search:
    state: str
    number: int
    watch: Watch = field(default_factory=Watch)


class Offering:
    """The searches for drafts, by the draft's code and the state of the draft they are for."""

    def __init__(self, analyses: Analyses) -> None:
        self._analyses = analyses
        self._searches: dict[str, _Search] = {}
        self._found: OrderedDict[tuple[str, str], Offers] = OrderedDict()
        self._lock = threading.Lock()

    def found(self, code: str, state: str) -> Offers | None:
        """Give what was found for a state of a draft, also when the draft has changed since."""
        with self._lock:
            return self._found.get((code, state))

    def ask(
        self, code: str, state: str, seek: Callable[[Watch], Offers], wait: float
    ) -> Offers | Seeking | None:
        """Give what is found for a state, or how far the search is; None when it was stopped meanwhile.

        A search for another state of the same draft is stopped: nobody needs it any more.
        """
        with self._lock:
            search = self._searches.get(code)
            if search is None or search.state != state or search.watch.stopped:
                if search is not None:
                    search.watch.stop()
                search = _Search(state, search.number + 1 if search else 0)
                self._searches[code] = search
        watch = search.watch
        try:
            key = ("offers", code, state, str(search.number))
            found: Offers | None = self._analyses.ask(key, lambda: seek(watch), wait)
        except Stopped:
            return None
        if found is None:
            return Seeking(watch.reached, watch.goals, watch.cases)
        self.keep(code, state, found)
        return found

    def keep(self, code: str, state: str, found: Offers) -> None:
        """Keep what was found, to be given again under the name of a state."""
        with self._lock:
            self._found[code, state] = found
            self._found.move_to_end((code, state))
            while len(self._found) > KEPT:
                self._found.popitem(last=False)

    def stop(self, code: str) -> bool:
        """Stop the search for a draft; tells whether there was one under way."""
        with self._lock:
            search = self._searches.get(code)
            if search is None or search.watch.stopped or (code, search.state) in self._found:
                return False
            search.watch.stop()
            return True

    def close(self) -> None:
        """Stop every search."""
        with self._lock:
            for search in self._searches.values():
                search.watch.stop()
