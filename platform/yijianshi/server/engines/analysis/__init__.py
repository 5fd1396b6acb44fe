"""What can be proven of a ruleset before it is published, with Z3: each finding with a witness."""

from .advice import Advice, advise
from .domains import Domain
from .findings import analyse
from .suggestions import suggest

__all__ = ["Advice", "Domain", "advise", "analyse", "suggest"]
