"""What can be proven of a ruleset before it is published, with Z3: each finding with a witness."""

from .advice import Advice, NotSettled, advise
from .domains import Domain
from .findings import analyse
from .provers import Provers
from .suggestions import Suggestions, suggest
from .watch import Stopped, Watch

__all__ = [
    "Advice",
    "Domain",
    "NotSettled",
    "Provers",
    "Stopped",
    "Suggestions",
    "Watch",
    "advise",
    "analyse",
    "suggest",
]
