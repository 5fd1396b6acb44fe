"""The program of the browser's worker: the core's own functions, taking and giving JSON text.

It imports nothing of the browser, so that the same file runs in CPython in the tests. An
exported function never raises: what went wrong comes back as ``{"error": …}``, and the page
goes on with the server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from yijianshi.core.bundles.compose import Composition
from yijianshi.core.deadlines import Calendar
from yijianshi.core.forms.formats import FORMAT_CHECKER
from yijianshi.core.forms.page import Shown, answers_after, group_pairs, read_post, written_otherwise
from yijianshi.core.forms.state import form_state
from yijianshi.core.rules import compile_ruleset, parse

__export__ = ["decide_corpus", "form_open", "form_state_of", "form_update", "run_corpus", "validate"]

REGIONS = Path("data/regions.json")
open_form: dict[str, Any] = {}


def exported(function: Callable[..., Any]) -> Callable[..., str]:
    """Give the function's value as JSON text, and its failure as ``{"error": …}``."""

    @wraps(function)
    def call(*arguments: str) -> str:
        try:
            return json.dumps(function(*arguments), ensure_ascii=False)
        except Exception as error:
            return json.dumps({"error": f"{type(error).__name__}: {error}"})

    return call


@exported
def form_open(package: str, answers: str) -> dict[str, Any]:
    """Take up a form: ``{"package", "calendar"}`` as the server gives them, and the answers so far."""
    given = json.loads(package)
    open_form["composition"] = Composition.from_package(given["package"])
    open_form["calendar"] = Calendar.from_data(given["calendar"])
    open_form["answers"] = json.loads(answers)
    open_form["shown"] = Shown()
    open_form["memory"] = {}
    open_form["data"] = (
        {"regions": json.loads(REGIONS.read_text("utf-8"))["tree"]} if REGIONS.exists() else {}
    )
    return {"fields": len(open_form["composition"].fields)}


@exported
def form_update(pairs: str, section: str, lang: str, on: str, touched: str) -> dict[str, Any]:
    """Read the post of the page that ``section`` is on (a list of name and value) and give the page anew.

    ``touched`` is a list of the pointers the applicant has been to. Gives ``html``, all of the page, when
    other fields are asked than at the last update, else null and in ``fields`` those that changed; and what
    the page shows beside it: its ``title``, ``active`` matters, ``sections`` with their numbers of errors,
    ``complete``.
    """
    composition = open_form["composition"]
    fields = [pointer for each in composition.page_of(section) for pointer in each["fields"]]
    given = [(name, value) for name, value in json.loads(pairs)]
    posted = read_post(composition, fields, given)
    answers = open_form["answers"] = answers_after(open_form["answers"], posted)
    state = form_state(
        composition, answers, date.fromisoformat(on), open_form["calendar"], open_form["memory"]
    )
    html, shown = open_form["shown"].update(
        state,
        answers,
        section,
        lang,
        set(json.loads(touched)),
        open_form["data"],
        written_otherwise(composition, posted, group_pairs(given)),
    )
    page = state.page(section)
    return {
        "html": html,
        "fields": shown,
        "state": {
            "title": page["title"]["en" if lang == "en" else "zh"] if page else None,
            "active": list(state.active),
            "sections": [{"code": each["code"], "errors": each["errors"]} for each in state.sections],
            "complete": state.complete,
        },
    }


@exported
def form_state_of(answers: str, on: str) -> str:
    """Give the whole state of the open form in canonical JSON, to be held against the server's."""
    state = form_state(
        open_form["composition"], json.loads(answers), date.fromisoformat(on), open_form["calendar"]
    )
    return state.to_bytes().decode("utf-8")


@exported
def decide_corpus(corpus: str) -> list[dict[str, Any]]:
    """Decide a corpus of ``{"ruleset", "facts", "on"}``: verdict and trace of each, to be held against the server's."""
    found = []
    for given in json.loads(corpus):
        compiled = compile_ruleset(parse(given["ruleset"]), date.fromisoformat(given["on"]))
        facts = given["facts"]
        found.append({"verdict": compiled.evaluate(facts).to_json(), "trace": compiled.trace(facts)})
    return found


@exported
def validate(schema: str, instance: str) -> list[dict[str, Any]]:
    """Check an instance against a schema: a list of where, which keyword and what."""
    validator = Draft202012Validator(json.loads(schema), format_checker=FORMAT_CHECKER)
    return [
        {"pointer": error.json_path, "keyword": error.validator, "message": error.message}
        for error in validator.iter_errors(json.loads(instance))
    ]


@exported
def run_corpus(corpus: str) -> list[list[Any]]:
    """Run a corpus of schema tests at once.

    ``{"remotes": {uri: schema}, "groups": [{"schema", "tests": [{"data"}]}], "formats": bool}``
    gives, for each group, for each test: true, false, or the name of the exception.
    """
    given = json.loads(corpus)
    registry: Registry[Any] = Registry().with_resources(
        (uri, Resource.from_contents(schema, default_specification=DRAFT202012))
        for uri, schema in given["remotes"].items()
    )
    return [[_verdict(group["schema"], test["data"], registry, given["formats"]) for test in group["tests"]]
            for group in given["groups"]]  # fmt: skip


def _verdict(schema: Any, data: Any, registry: Registry[Any], formats: bool) -> bool | str:
    kind = validator_for(schema, default=Draft202012Validator)
    try:
        checker = FORMAT_CHECKER if formats else None
        return bool(kind(schema, registry=registry, format_checker=checker).is_valid(data))
    except re.error:
        return "invalid pattern"  # the class itself is named otherwise from Python 3.13 on
    except Exception as error:
        return type(error).__name__
