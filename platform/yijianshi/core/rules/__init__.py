"""The rule language: parse, compile, evaluate, explain, lower onto durable_rules."""

from .cases import CaseReport, run_cases
from .compile import Compiled, Facts, compile_ruleset
from .facts import extract_facts, mistyped
from .order import reading_order
from .parse import Reading, RulesetError, parse, problems, read
from .sentences import say_condition, say_facts, sentence
from .types import Outcome, Ruleset, Truth, Verdict

__all__ = [
    "CaseReport",
    "Compiled",
    "Facts",
    "Outcome",
    "Reading",
    "Ruleset",
    "RulesetError",
    "Truth",
    "Verdict",
    "compile_ruleset",
    "extract_facts",
    "mistyped",
    "parse",
    "problems",
    "read",
    "reading_order",
    "run_cases",
    "say_condition",
    "say_facts",
    "sentence",
]
