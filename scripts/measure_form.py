"""Measure the feedback after a keystroke in a form of 150 fields, in Chromium: ``python scripts/measure_form.py [FIELDS_A_PAGE]``.

From the input event to the page being told, the core in its worker included. Needs a quiet machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from yijianshi.core.checks import Source  # noqa: E402
from yijianshi.core.definitions.pointer import MISSING, get  # noqa: E402
from yijianshi.core.forms.samples import sample_answers  # noqa: E402
from yijianshi.server.registry.imports import import_documents  # noqa: E402

from tests.browser.chromium import ARGUMENTS, CHROMIUM  # noqa: E402
from tests.browser.live import Live, serving  # noqa: E402
from tests.browser.site import Applicant  # noqa: E402

FIELDS, KEYS = 150, 200
KINDS = (
    "text",
    "integer",
    "decimal",
    "money",
    "date",
    "yes_no",
    "choice",
    "phone",
    "long_text",
    "multiple_choice",
)
TYPE = """async ([id, keys]) => {
  const input = document.getElementById(id), form = document.getElementById('apply-form'), out = [];
  for (let n = 0; n < keys; n++) {
    input.focus();
    input.value = n % 2 ? String(100 + n) : 'x' + n;
    const started = performance.now();
    const told = new Promise(done => form.addEventListener('core:state', () => done(performance.now()), {once: true}));
    input.dispatchEvent(new Event('input', {bubbles: true}));
    out.push(await told - started);
    await new Promise(done => setTimeout(done, 30));
  }
  return out;
}"""


def wide(per_page: int) -> list[dict[str, Any]]:
    """A bundle of one matter: every kind of field, half of them required, some shown under a condition, 15 rules."""
    elements, groups, rules, facts, cases = [], {}, {}, {}, []
    layout: list[dict[str, Any]] = []
    for number in range(FIELDS):
        group, name, kind = f"g{number // per_page}", f"f{number}", KINDS[number % len(KINDS)]
        element: dict[str, Any] = {"kind": "element", "code": f"{group}.{name}", "type": kind, "schema": {},
                                   "title": {"zh": f"第 {number} 项", "en": f"Item {number}"}, "verified": True,
                                   "source": "made up"}  # fmt: skip
        if kind in ("choice", "multiple_choice"):
            element["options"] = [{"value": v, "title": {"zh": v, "en": v}} for v in "abcd"]
        elements.append(element)
        schema: Any = groups.setdefault(
            group, {"type": "object", "properties": {}, "required": [], "allOf": []}
        )
        schema["properties"][name] = {"$ref": f"urn:yijianshi:element:{group}.{name}"}
        control = {"type": "Control", "scope": f"#/properties/{group}/properties/{name}"}
        if kind == "long_text":
            asked, yes = f"f{number - 3}", {"const": True}
            scope = f"#/properties/{group}/properties/{asked}"
            control["rule"] = {"effect": "SHOW", "condition": {"scope": scope, "schema": yes}}  # type: ignore[assignment]
            schema["allOf"].append(
                {"if": {"properties": {asked: yes}, "required": [asked]}, "then": {"required": [name]}}
            )
        elif number % 2 == 0:
            schema["required"].append(name)
        if kind == "integer":
            said = {"zh": f"第 {number} 项", "en": f"item {number}"}
            facts[name] = {"from": f"/{group}/{name}", "type": "integer", "title": said}
            reason = {
                "deny": f"too-large-{number}",
                "reason": {"zh": "过大", "en": "too large"},
                "basis": "made up",
            }
            rules[f"r{number}"] = {"all": [{"m": {"$gt": {name: 100_000}}}], "run": reason}
            cases.append(
                {
                    "title": said,
                    "on": "2026-11-23",
                    "answers": {group: {name: 200_000}},
                    "expect": {"met": [f"r{number}"]},
                }
            )
        layout.append(control)
    days, office = {"days": 1, "unit": "working"}, {"code": "office", "name": {"zh": "局", "en": "Office"}}
    title, sound = {"zh": "宽表", "en": "Wide"}, {"verified": True, "source": "made up"}
    return [
        *elements,
        {"kind": "ruleset", "code": "wide.eligibility", "title": title, "decides": "eligibility", "basis": "made up", **sound,
         "facts": facts, "parameters": {}, "rules": rules, "tests": {"cases": cases}},
        {"kind": "matter", "code": "wide", "title": title, "department": office, "type": "administrative-permit",
         "level": "county", "promised_limit": days, **sound,
         "form": {"schema": {"type": "object", "properties": groups, "required": list(groups)},
                  "ui": {"type": "VerticalLayout", "elements": layout}}},
        {"kind": "bundle", "code": "wide-form", "title": title, "subject": "person", "lead": office, "promise": days, **sound,
         "matters": [{"matter": "wide", "selected": "always"}], "rulesets": ["wide.eligibility"],
         "sections": [{"code": g, "title": title, "fields": [f"/{g}/{n}" for n in s["properties"]]} for g, s in groups.items()]},
    ]  # fmt: skip


def measure(live: Live, per_page: int) -> list[float]:
    """Type into a form that is filled in whole; gives milliseconds, sorted."""
    documents = wide(per_page)
    report = import_documents(
        live.platform.registry, [Source(d["code"], d) for d in documents], "system:measure", publish_now=True
    )
    if not report.applied:
        sys.exit("\n".join(problem.line("en") for problem in report.errors))
    today = live.platform.drafts.today()
    composition = live.platform.compositions.current("wide-form", today).composition
    account = live.platform.accounts.find("applicant")
    if account is None:
        sys.exit("the demonstration accounts are missing")
    draft = live.platform.drafts.begin(account, "wide-form", {})
    answers = sample_answers(composition, today, 1, calendar=live.platform.calendar, fill=1.0)
    given = {pointer: get(answers, pointer) for pointer in composition.fields}
    live.platform.drafts.save(account, draft, {p: v for p, v in given.items() if v is not MISSING})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        applicant = Applicant(page, live.address, composition, {})
        applicant.sign_in("applicant")
        applicant.open(f"/apply/{draft}/form/g0")
        page.locator('#apply-form[data-core="ready"]').wait_for(timeout=60_000)
        page.evaluate(TYPE, ["f-g0-f1", 20])
        times: list[float] = sorted(page.evaluate(TYPE, ["f-g0-f1", KEYS]))
        browser.close()
    return times


def main() -> None:
    """Print median, p95 and the slowest of the keystrokes."""
    for per_page in [int(argument) for argument in sys.argv[1:]] or [15, FIELDS]:
        with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as live:
            times = measure(live, per_page)
        p95 = times[int(len(times) * 0.95)]
        print(
            f"{FIELDS} fields, {per_page} a page: median {statistics.median(times):.1f} ms, p95 {p95:.1f} ms, slowest {times[-1]:.1f} ms"
        )


if __name__ == "__main__":
    main()
