"""A matter whose department nobody decides for is told before it is published, and so is a bundle with it."""

from __future__ import annotations

from typing import Any

from yijianshi.server.context import Platform
from yijianshi.server.designer.reviews import undecided

from tests.server.shell.conftest import anyone, app, bearing, clock, platform

__all__ = ["anyone", "app", "bearing", "clock", "platform"]


def staff(platform: Platform, kind: str, code: str) -> list[tuple[str, str, str]]:
    draft = platform.registry.draft(kind, code)
    assert draft is not None
    (line,) = (each for each in platform.reviews.checklist([draft]) if each.name == "staff")
    return [(problem.severity, problem.code, problem.pointer) for problem in line.findings]


def drafted(platform: Platform, kind: str, code: str, **changed: Any) -> str:
    document = dict(platform.registry.library().get(kind, code))
    platform.registry.save_draft({**document, **changed}, "admin", None)
    return code


def test_a_department_without_staff_is_told_until_somebody_decides_for_it(platform: Platform) -> None:
    known = drafted(platform, "matter", "road-occupation", verified=False)
    assert staff(platform, "matter", known) == []
    new = {
        "code": "tancheng-maternity",
        "name": {"zh": "郯城县妇幼保健院", "en": "Tancheng maternity hospital"},
    }
    code = drafted(platform, "matter", "bank-appointment", department=new)
    assert staff(platform, "matter", code) == [("warning", "nobody-decides", "/department")]
    platform.accounts.create("window9", "yijianshi-demo", "window", "窗口", ("tancheng-maternity",))
    assert staff(platform, "matter", code), "a window takes in, and does not decide"
    platform.accounts.create("nurse", "yijianshi-demo", "department", "护士", ("tancheng-maternity",))
    assert staff(platform, "matter", code) == []


def test_a_bundle_tells_of_its_matters_that_nobody_decides(platform: Platform) -> None:
    code = drafted(platform, "bundle", "individual-to-enterprise", verified=False)
    assert staff(platform, "bundle", code) == []
    draft = platform.registry.draft("bundle", code)
    assert draft is not None
    banks = [n for n, part in enumerate(draft.document["matters"]) if part["matter"] == "bank-appointment"]
    others = platform.accounts.deciding() - {"tancheng-banks"}
    found = list(undecided([draft], platform.registry.library(), others))
    assert [problem.pointer for problem in found] == [f"/matters/{banks[0]}"]
    assert "tancheng-banks" in found[0].message["zh"] and "人民银行" in found[0].message["zh"]
