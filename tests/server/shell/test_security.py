"""Sessions, CSRF, headers, sign-in limits, production refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient

from yijianshi.cli import main
from yijianshi.server.context import Platform
from yijianshi.server.demo import PASSWORD
from yijianshi.server.security.headers import HEADERS
from yijianshi.server.security.session import COOKIE
from yijianshi.server.settings import Settings, new_secret

from tests.server.shell.conftest import Clock, Program, sign_in, token_in

Client = TestClient[Litestar]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/api/v1/nothing",
        "/cases",
        "/schema/openapi.json",
        "/health",
        "/static/x",
        "/registry",
    ],
)
def test_every_answer_has_the_headers(anyone: Client, path: str) -> None:
    answer = anyone.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    policy = answer.headers["content-security-policy"]
    assert "unsafe-inline" not in policy and "'unsafe-eval'" not in policy


def test_assets_are_cached_for_good_and_pages_never(anyone: Client, platform: Platform) -> None:
    asset = anyone.get(platform.assets.url("yijianshi.css"), headers={"accept-encoding": "gzip"})
    assert asset.status_code == 200
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-encoding"] == "gzip"
    assert anyone.get("/").headers["cache-control"] == "no-store"
    wasm = anyone.get(platform.assets.url("pyodide/pyodide.asm.wasm"))
    assert wasm.headers["content-type"].startswith("application/wasm")


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/%2e%2e/pyproject.toml", "/static/manifest.json"]
)
def test_nothing_beside_the_assets_is_served(anyone: Client, path: str) -> None:
    assert anyone.get(path).status_code == 404


def test_a_form_without_its_token_is_refused_and_says_so(anyone: Client) -> None:
    sign_in(anyone, "applicant")
    for data in ({}, {"_csrf_token": "0" * 64}):
        answer = anyone.post("/bundles/construction-start/start", data=data)
        assert answer.status_code == 403
        assert "页面已过期" in answer.text


def test_another_browsers_token_is_refused(anyone: Client) -> None:
    stolen = token_in(anyone.get("/sign-in").text)
    anyone.cookies.clear()
    sign_in(anyone, "applicant")
    answer = anyone.post("/bundles/construction-start/start", data={"_csrf_token": stolen})
    assert answer.status_code == 403


def test_the_right_token_opens_a_draft_by_field_or_header(anyone: Client) -> None:
    token = sign_in(anyone, "applicant")
    for how in ({"data": {"_csrf_token": token}}, {"headers": {"x-csrftoken": token}}):
        answer = anyone.post("/bundles/construction-start/start", follow_redirects=False, **how)
        assert answer.status_code == 303


def test_the_session_cookie_is_not_for_scripts(anyone: Client) -> None:
    token = token_in(anyone.get("/sign-in").text)
    data = {"_csrf_token": token, "name": "applicant", "password": PASSWORD}
    answer = anyone.post("/sign-in", data=data, follow_redirects=False)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie and "samesite=lax" in cookie.lower()


def test_a_new_sign_in_is_a_new_session_and_signing_out_ends_it(anyone: Client, platform: Platform) -> None:
    sign_in(anyone, "applicant")
    first = anyone.cookies[COOKIE]
    token = sign_in(anyone, "applicant")
    second = anyone.cookies[COOKIE]
    assert first != second
    assert platform.accounts.of_session(first, "cookie") is None
    assert platform.accounts.of_session(second, "cookie") is not None
    assert platform.accounts.of_session(second, "token") is None
    anyone.post("/sign-out", data={"_csrf_token": token})
    assert platform.accounts.of_session(second, "cookie") is None


@pytest.mark.parametrize("ahead", [timedelta(minutes=61), timedelta(hours=13)])
def test_an_expired_session_in_the_middle_of_a_form_loses_nothing(
    anyone: Client, platform: Platform, clock: Clock, ahead: timedelta
) -> None:
    token = sign_in(anyone, "applicant")
    started = anyone.post(
        "/bundles/construction-start/start", data={"_csrf_token": token}, follow_redirects=False
    )
    draft = started.headers["location"].rsplit("/", 1)[-1]
    form = {"_csrf_token": token, "_asked": "/project/name", "/project/name": "幼儿园", "_go": "stay"}
    address = f"/apply/{draft}/form/project"
    assert anyone.post(address, data=form).status_code == 200
    clock.ahead = ahead
    try:
        answer = anyone.post(address, data={**form, "/project/name": "小学"})
        assert answer.status_code == 401
        assert "登录已过期" in answer.text
    finally:
        clock.ahead = timedelta()
    account = platform.accounts.find("applicant")
    assert account is not None
    assert platform.drafts.get(account, draft).answers["project"]["name"] == "幼儿园"


def test_what_a_form_sent_too_late_is_sent_again_after_signing_in(
    anyone: Client, platform: Platform, clock: Clock
) -> None:
    token = sign_in(anyone, "applicant")
    started = anyone.post(
        "/bundles/construction-start/start", data={"_csrf_token": token}, follow_redirects=False
    )
    draft = started.headers["location"].rsplit("/", 1)[-1]
    address = f"/apply/{draft}/form/project"
    form = {"_asked": "/project/name", "/project/name": "“小”学 <b>", "_go": "stay"}
    anyone.post("/sign-out", data={"_csrf_token": token})
    # a form of another site is not taken up
    strange = anyone.post(address, data=form)
    assert strange.status_code == 401 and "小”学" not in strange.text
    late = anyone.post(address, data={"_csrf_token": token, **form})
    assert late.status_code == 401 and "请先登录" in late.text
    kept = re.search(r'name="kept" value="([^"]*)"', late.text)
    assert kept and f'name="again" value="{address}"' in late.text
    signed = {"_csrf_token": token, "name": "applicant", "again": address, "kept": unescape(kept[1])}
    clock.ahead = timedelta(minutes=-60)  # so that the attempts of other tests are not counted with it
    wrong = anyone.post("/sign-in", data={**signed, "password": "wrong"})
    clock.ahead = timedelta()
    assert wrong.status_code == 401 and kept[0] in wrong.text
    again = anyone.post("/sign-in", data={**signed, "password": PASSWORD}, follow_redirects=False)
    assert 'action="/sign-out"' in again.text
    assert again.status_code == 200 and f'action="{address}"' in again.text
    sent = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', again.text.split(address)[1]))
    assert {name: unescape(value) for name, value in sent.items()} == {"_csrf_token": token, **form}
    assert (
        anyone.post(address, data={name: unescape(value) for name, value in sent.items()}).status_code == 200
    )
    account = platform.accounts.find("applicant")
    assert account is not None
    assert platform.drafts.get(account, draft).answers["project"]["name"] == "“小”学 <b>"


@pytest.mark.parametrize("kept", ["", "{", "[1]", '[["a"]]', '[["a", 1]]', "7", '{"a": "b"}', "[" * 999])
@pytest.mark.parametrize("again", ["/apply/x", "//evil.example", "https://evil.example"])
def test_what_is_to_be_sent_again_is_of_this_site_or_left_out(anyone: Client, again: str, kept: str) -> None:
    token = token_in(anyone.get("/sign-in").text)
    data = {"_csrf_token": token, "name": "auditor", "password": PASSWORD, "again": again, "kept": kept}
    answer = anyone.post("/sign-in", data=data, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/audit"


def test_too_many_attempts_at_a_token_are_stopped_for_a_while(anyone: Client, clock: Clock) -> None:
    """The same attempts are counted as at the page: a program guesses no more than a person."""
    wrong = {"name": "staff", "password": "wrong"}
    right = {**wrong, "password": PASSWORD}
    # long past, so that the other tests from this address are not stopped with it
    clock.ahead = timedelta(minutes=-30)
    try:
        codes = [anyone.post("/api/v1/tokens", json=wrong).status_code for _ in range(9)]
        assert codes == [401] * 8 + [429]
        stopped = anyone.post("/api/v1/tokens", json=right)
        assert stopped.status_code == 429
        assert stopped.json()["code"] == "too-many-attempts" and "token" not in stopped.json()
        assert int(stopped.headers["retry-after"]) > 0
        page = {"_csrf_token": token_in(anyone.get("/sign-in").text), **right}
        assert anyone.post("/sign-in", data=page).status_code == 429
        clock.ahead = timedelta(minutes=-24)
        given = anyone.post("/api/v1/tokens", json=right)
        assert given.status_code == 201, given.text
        secret = {"authorization": f"Bearer {given.json()['token']}"}
        assert anyone.get("/api/v1/account", headers=secret).json()["name"] == "staff"
    finally:
        clock.ahead = timedelta()


def test_too_many_attempts_are_stopped_for_a_while(anyone: Client, clock: Clock) -> None:
    token = token_in(anyone.get("/sign-in").text)
    data = {"_csrf_token": token, "name": "window", "password": "wrong"}
    # in the past, so that the other tests from this address are not stopped with it
    clock.ahead = timedelta(minutes=-10)
    try:
        codes = [anyone.post("/sign-in", data=data).status_code for _ in range(9)]
        assert codes == [401] * 8 + [429]
        stopped = anyone.post("/sign-in", data={**data, "password": PASSWORD})
        assert stopped.status_code == 429
        assert int(stopped.headers["retry-after"]) > 0
        clock.ahead = timedelta(minutes=-4)
        right = {**data, "password": PASSWORD}
        assert anyone.post("/sign-in", data=right, follow_redirects=False).status_code == 303
    finally:
        clock.ahead = timedelta()


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_elsewhere(anyone: Client, target: str) -> None:
    token = token_in(anyone.get("/sign-in").text)
    data = {"_csrf_token": token, "name": "auditor", "password": PASSWORD, "next": target}
    answer = anyone.post("/sign-in", data=data, follow_redirects=False)
    assert answer.headers["location"] == "/audit"


def test_passwords_are_kept_as_argon2id(platform: Platform) -> None:
    with platform.store.read() as reader:
        rows = reader.find("accounts")
    assert all(row["password"].startswith("$argon2id$") for row in rows)
    assert all(b"371322" not in (row["personal"] or b"") for row in rows)


def test_production_refuses_what_is_not_safe(tmp_path: Path) -> None:
    assert len(Settings(production=True).faults()) == 3
    safe = Settings(production=True, secret=new_secret(), secure_cookies=True, demonstration=False)
    assert safe.faults() == []
    result = CliRunner().invoke(
        main, ["serve", "--production", "--data", str(tmp_path)], env={"YIJIANSHI_SECRET": ""}
    )
    assert result.exit_code == 2
    assert "YIJIANSHI_SECRET" in result.output and "YIJIANSHI_SECURE_COOKIES" in result.output


def test_demonstration_accounts_exist_only_in_demonstration(tmp_path: Path) -> None:
    opened = Platform.open(Settings(data=tmp_path, demonstration=False, secret=new_secret()))
    try:
        assert opened.accounts.find("admin") is None
    finally:
        opened.close()


def test_a_database_of_a_demonstration_is_refused_in_production(tmp_path: Path) -> None:
    secret = new_secret()
    demonstrated = Platform.open(Settings(data=tmp_path, secret=secret), cheap_passwords=True)
    demonstrated.close()
    environment = {"YIJIANSHI_SECRET": secret, "YIJIANSHI_SECURE_COOKIES": "1"}
    refused = CliRunner().invoke(main, ["serve", "--production", "--data", str(tmp_path)], env=environment)
    assert refused.exit_code == 2
    assert "applicant" in refused.output and "admin2" in refused.output and "--database" in refused.output


def test_an_invalid_token_is_refused(anyone: Client) -> None:
    answer = anyone.get("/api/v1/account", headers={"authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid-token"


def test_others_drafts_and_cases_are_not_found(bearing: Callable[[str], Program], platform: Platform) -> None:
    mine = bearing("applicant")
    draft = mine.post("/api/v1/drafts", json={"bundle": "individual-to-enterprise"}).json()["id"]
    if platform.accounts.find("another") is None:
        platform.accounts.create("another", PASSWORD, "applicant", "别人")
    other = bearing("another")
    for path in (f"/api/v1/drafts/{draft}", f"/apply/{draft}", f"/apply/{draft}/review"):
        assert other.get(path).status_code == 404
    assert mine.get(f"/api/v1/drafts/{draft}").status_code == 200
