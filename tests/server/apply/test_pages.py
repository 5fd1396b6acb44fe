"""The applicant fills in page after page; a page may hold several sections."""

from __future__ import annotations

import re
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from yijianshi.core.bundles.compose import Composition
from yijianshi.core.forms.samples import sample_answers
from yijianshi.server.apply.forms import Step
from yijianshi.server.context import Platform

from tests.server.shell.conftest import sign_in

Client = TestClient[Litestar]
BUNDLE = "construction-start"
NAME, PERIOD = "/manager/name", "/construction/period"


@pytest.fixture
def draft(anyone: Client, platform: Platform) -> tuple[str, str]:
    """A draft begun anew, and the token of the browser."""
    token = sign_in(anyone, "applicant")
    account = platform.accounts.find("applicant")
    assert account is not None
    for each in platform.drafts.mine(account):
        platform.drafts.discard(account, each.id)
    started = anyone.post(f"/bundles/{BUNDLE}/start", data={"_csrf_token": token}, follow_redirects=False)
    return started.headers["location"].rsplit("/", 1)[-1], token


def answers(platform: Platform, draft: str) -> Any:
    account = platform.accounts.find("applicant")
    assert account is not None
    return platform.drafts.get(account, draft).answers


def test_two_sections_are_shown_under_headings_and_are_one_step(
    anyone: Client, draft: tuple[str, str]
) -> None:
    html = anyone.get(f"/apply/{draft[0]}/form/construction").text
    assert '<h1 id="page-title">施工安排、项目负责人</h1>' in html
    assert re.findall(r'<h2 id="section-(\w+)-title">(\w+)</h2>', html) == [
        ("construction", "施工安排"),
        ("manager", "项目负责人"),
    ]
    steps = re.findall(r'class="step-link" href="([^"]+)"( aria-current="step")?', html)
    places = [place.rpartition("/")[2] for place, _ in steps]
    assert "construction" in places and "manager" not in places
    assert [place.rpartition("/")[2] for place, here in steps if here] == ["construction"]
    alone = anyone.get(f"/apply/{draft[0]}/form/enterprise").text
    assert '<h1 id="page-title">建设单位</h1>' in alone and "form-section" not in alone


@pytest.mark.parametrize(("query", "kept"), [("", ""), ("?check=true", "?check=true")])
def test_the_code_of_a_later_section_leads_to_its_place_on_the_page(
    anyone: Client, draft: tuple[str, str], query: str, kept: str
) -> None:
    address = f"/apply/{draft[0]}/form"
    led = anyone.get(f"{address}/manager{query}", follow_redirects=False)
    assert led.status_code == 303
    assert led.headers["location"] == f"{address}/construction{kept}#section-manager"
    assert anyone.get(f"{address}/nothing").status_code == 404


def test_a_page_is_saved_and_told_of_as_a_whole(
    anyone: Client, platform: Platform, draft: tuple[str, str]
) -> None:
    address = f"/apply/{draft[0]}/form/construction"
    form = {"_csrf_token": draft[1], "_asked": [NAME, "/construction/contractor"], NAME: "赵工"}
    wrong = anyone.post(address, data={**form, "_go": "next"}, follow_redirects=False)
    assert wrong.status_code == 200
    assert answers(platform, draft[0])["manager"] == {"name": "赵工"}
    summary = wrong.text.split('id="error-summary"')[1].split("</ul>")[0]
    assert (
        "#f-construction-" in summary
        and "#f-manager-" in summary
        and f"#f{NAME.replace('/', '-')}" not in summary
    )
    back = anyone.post(address, data={**form, "_go": "back"}, follow_redirects=False)
    assert back.headers["location"].endswith("/form/enterprise")


def test_once_the_page_is_right_the_next_page_follows(
    anyone: Client, platform: Platform, draft: tuple[str, str]
) -> None:
    account = platform.accounts.find("applicant")
    assert account is not None
    composition = platform.drafts.open(account, draft[0]).composed.composition
    given = sample_answers(composition, platform.drafts.today(), 1, calendar=platform.calendar)
    kept = platform.drafts.get(account, draft[0])
    platform.drafts.replace(account, draft[0], given, kept.revision)
    state = platform.drafts.open(account, draft[0]).state
    codes = [page["code"] for page in state.pages]
    form = {"_csrf_token": draft[1], "_go": "next"}
    led = anyone.post(f"/apply/{draft[0]}/form/manager", data=form, follow_redirects=False)
    assert led.headers["location"].rpartition("/")[2] == codes[codes.index("construction") + 1]
    review = anyone.get(f"/apply/{draft[0]}/review").text
    assert f"/apply/{draft[0]}/form/manager?check=true" in review and "项目负责人" in review


def test_the_servers_update_brings_the_whole_page_and_its_title(
    anyone: Client, platform: Platform, draft: tuple[str, str]
) -> None:
    data = {"_csrf_token": draft[1], "_asked": NAME, NAME: "钱工", "_touched": NAME}
    for section in ("construction", "manager"):
        answer = anyone.post(f"/apply/{draft[0]}/form/{section}/state", data=data)
        assert answer.status_code == 200
        assert answer.text.count('class="form-section"') == 2 and 'value="钱工"' in answer.text
        assert '<h1 id="page-title" hx-swap-oob="true">施工安排、项目负责人</h1>' in answer.text
    assert answers(platform, draft[0])["manager"] == {"name": "钱工"}


def test_what_another_window_changed_on_the_page_is_not_overwritten(
    anyone: Client, platform: Platform, draft: tuple[str, str]
) -> None:
    address = f"/apply/{draft[0]}/form/construction"
    page = anyone.get(address).text
    base = re.search(r'name="_base" value="([^"]+)"', page)
    asked = re.findall(r'name="_asked" value="([^"]+)"', page)
    assert base is not None and NAME in asked and PERIOD in asked
    form = {"_csrf_token": draft[1], "_asked": asked, "_base": base[1], "_go": "stay"}
    assert anyone.post(address, data={**form, NAME: "孙工"}).status_code == 200
    stale = anyone.post(address, data={**form, NAME: "李工"})
    assert stale.status_code == 409 and 'value="李工"' in stale.text
    assert answers(platform, draft[0])["manager"]["name"] == "孙工"


def test_programs_are_given_the_pages(anyone: Client, draft: tuple[str, str]) -> None:
    state = anyone.get(f"/api/v1/drafts/{draft[0]}").json()["state"]
    (page,) = [page for page in state["pages"] if page["code"] == "construction"]
    assert page["sections"] == ["construction", "manager"] and page["errors"] > 0
    assert page["title"] == {"zh": "施工安排、项目负责人", "en": "Construction, The project manager"}


def test_an_answer_that_is_hidden_now_does_not_keep_its_page_from_being_saved(
    anyone: Client, platform: Platform, draft: tuple[str, str]
) -> None:
    account = platform.accounts.find("applicant")
    assert account is not None
    digs, restoration = "/road_occupation/digs", "/road_occupation/restoration"
    given = {"/situation/occupies_road": True, digs: False, restoration: "恢复"}
    platform.drafts.save(account, draft[0], given)
    address = f"/apply/{draft[0]}/form/site"
    page = anyone.get(address).text
    base, asked = (
        re.search(r'name="_base" value="([^"]+)"', page),
        re.findall(r'name="_asked" value="([^"]+)"', page),
    )
    assert base is not None and digs in asked and restoration not in asked
    form = {"_csrf_token": draft[1], "_asked": asked, "_base": base[1], digs: "false", "_go": "stay"}
    assert anyone.post(address, data=form).status_code == 200
    assert answers(platform, draft[0])["road_occupation"]["restoration"] == "恢复"


def test_what_has_no_baseline_still_says_what_is_promised(
    anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = anyone.get("/bundles/individual-to-enterprise").text
    assert "整体承诺" not in guide and "<dt>工作日</dt>" in guide
    monkeypatch.setattr(Composition, "savings", lambda self: {})
    alone = anyone.get("/bundles/individual-to-enterprise").text
    assert "<dt>整体承诺</dt><dd>5 个工作日</dd>" in alone
    assert "<dt>整体承诺</dt><dd>当日办结</dd>" in anyone.get(f"/bundles/{BUNDLE}").text


def test_a_step_of_one_matter_is_not_side_by_side_with_anything(anyone: Client) -> None:
    stages = anyone.get("/bundles/individual-to-enterprise").text.split(
        '<section class="card card-body mb-2"'
    )[1:]
    many = [stage.split("</section>")[0].count("<li>") > 1 for stage in stages]
    assert many == ["同步办理" in stage for stage in stages] and {True, False} == set(many)


def test_a_step_that_needs_no_answer_is_not_said_to_be_filled_in() -> None:
    title = {"zh": "其他子女", "en": "Other children"}
    told = [
        Step("a", title, errors, answered, 3).state for errors, answered in ((0, 0), (0, 1), (2, 0), (2, 1))
    ]
    assert told == ["free", "done", "open", "started"]
