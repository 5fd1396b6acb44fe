"""Drafts changed by operations on the whole platform: the log, two people, review, going back, and bad input."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import PRESSED
from yijianshi.core.designer.log import replay
from yijianshi.server.context import Platform
from yijianshi.server.designer.leases import LASTS, PATIENCE
from yijianshi.server.designer.remarks import pointer_now
from yijianshi.server.designer.reviews import translations
from yijianshi.server.errors import Refusal
from yijianshi.server.registry import reviewing
from yijianshi.server.registry.remarks import Remark, shared

from tests.server.shell.conftest import (
    Clock,
    Program,
    anyone,
    app,
    bearing,
    clock,
    platform,
    sign_in,
    token_in,
)

__all__ = ["anyone", "app", "bearing", "clock", "platform"]

API = "/api/v1/designer/definitions"
Programs = Callable[[str], Program]


def fill(at: list[str], value: Any, kind: str = "text") -> tuple[str, Any]:
    """Make the event of a field."""
    return name_of({"op": "fill", "at": at, "as": kind}), value


def carry_out(
    platform: Platform, code: str, actor: str, revision: int, *events: tuple[str, Any], kind: str = "element"
) -> int:
    """Carry events out on a draft; gives its revision."""
    return platform.designer.carry_out(kind, code, actor, revision, list(events), {}, "zh").revision


def fresh(platform: Platform, code: str, kind: str = "element", actor: str = "admin") -> str:
    """Begin a new definition."""
    from yijianshi.server.designer.starts import start

    platform.designer.create(start(kind, code, "试验数据元"), actor)
    return code


def test_a_log_is_the_whole_story_of_its_draft(platform: Platform) -> None:
    code = fresh(platform, "probe.story")
    revision = carry_out(platform, code, "admin", 1, fill(["unit"], "个"), fill(["hint"], "x"))
    assert revision == 2
    revision = carry_out(platform, code, "admin", revision, ("do", '{"op":"undo"}'))
    draft = platform.registry.draft("element", code)
    assert draft is not None
    # somebody saves it through the registry: that is in the log, too
    platform.registry.save_draft({**draft.document, "standard": "GB"}, "admin", revision)
    opened = platform.designer.opened("element", code)
    base: Any = {k: v for k, v in draft.document.items() if k not in ("unit", "hint")}
    assert canonical(replay(base, opened.log)) == canonical(opened.document)
    assert opened.log[-1].sentence["zh"].startswith("在设计器之外修改了")


def test_every_sentence_comes_in_both_languages(platform: Platform) -> None:
    code = fresh(platform, "probe.sentences")
    carry_out(platform, code, "admin", 1, fill(["unit"], "个"))
    (entry,) = platform.designer.opened("element", code).log
    assert entry.sentence == {"zh": "填写单位：个", "en": "unit set: 个"}


def test_two_people_on_one_draft_lose_nothing(platform: Platform, clock: Clock) -> None:
    code = fresh(platform, "probe.two")
    revision = carry_out(platform, code, "admin", 1, fill(["unit"], "个"))
    with pytest.raises(Refusal) as refused:
        carry_out(platform, code, "admin2", revision, fill(["unit"], "台"))
    assert refused.value.code == "held-by-another"
    lease = platform.designer.leases.ask("element", code, "admin2")
    assert (lease.holder, lease.wanted_by) == ("admin", "admin2")
    told = platform.designer.leases.beat("element", code, "admin")
    assert told is not None and told.wanted_by == "admin2"
    platform.designer.leases.release("element", code, "admin")
    later = carry_out(platform, code, "admin2", revision, fill(["standard"], "GB/T 1"))
    # what the first had typed before he saw that he was taken over is merged …
    merged = carry_out(platform, code, "admin", revision, fill(["autocomplete"], "off"))
    draft = platform.registry.draft("element", code)
    assert draft is not None and merged == later + 1
    assert (draft.document["standard"], draft.document["autocomplete"]) == ("GB/T 1", "off")
    # … and what touches the same place is refused with the place
    with pytest.raises(Refusal) as conflicting:
        carry_out(platform, code, "admin", revision, fill(["standard"], "GB/T 2"))
    assert conflicting.value.code == "edited-twice"
    assert [problem.pointer for problem in conflicting.value.problems] == ["/standard"]
    unchanged = platform.registry.draft("element", code)
    assert unchanged is not None and unchanged.document["standard"] == "GB/T 1"


def test_a_holder_who_is_gone_loses_the_draft_after_a_while(platform: Platform, clock: Clock) -> None:
    code = fresh(platform, "probe.gone")
    leases = platform.designer.leases

    def holder_after_beat(actor: str) -> str | None:
        lease = leases.beat("element", code, actor)
        return None if lease is None else lease.holder

    assert leases.ask("element", code, "admin").holder == "admin"
    assert leases.ask("element", code, "admin2").wanted_by == "admin2"
    assert holder_after_beat("admin2") == "admin"
    clock.ahead += PATIENCE + timedelta(seconds=1)
    leases.beat("element", code, "admin")
    assert holder_after_beat("admin2") == "admin2"
    clock.ahead += LASTS + timedelta(seconds=1)
    assert leases.holder("element", code) is None


def test_who_only_reads_keeps_nobody_from_writing(platform: Platform) -> None:
    code = fresh(platform, "probe.read")
    leases = platform.designer.leases
    assert leases.beat("element", code, "admin2") is None
    revision = carry_out(platform, code, "admin", 1, fill(["unit"], "个"))
    told = leases.beat("element", code, "admin2")
    assert told is not None and told.holder == "admin"
    leases.release("element", code, "admin")
    assert leases.beat("element", code, "admin2") is None
    carry_out(platform, code, "admin", revision, fill(["unit"], "台"))


def test_a_restart_in_the_middle_loses_nothing(platform: Platform) -> None:
    code = fresh(platform, "probe.restart")
    revision = carry_out(platform, code, "admin", 1, fill(["unit"], "个"))
    again = type(platform.designer)(
        platform.registry, platform.designer.leases, platform.calendar, {"regions": platform.regions}
    )
    assert again.opened("element", code).document["unit"] == "个"
    saved = again.carry_out("element", code, "admin", revision, [("do", '{"op":"undo"}')], {}, "zh")
    assert "unit" not in saved.desk.document


def test_a_draft_sent_back_shows_its_author_who_when_and_what_at_each_place(
    platform: Platform, bearing: Programs, anyone: Any
) -> None:
    code = fresh(platform, "probe.returned")
    revision = carry_out(platform, code, "admin", 1, fill(["unit"], "个"))
    author, reviewer = bearing("admin"), bearing("admin2")
    assert author.post(f"{API}/element/{code}/review", json={"revision": revision}).status_code == 200
    (part,) = author.get(f"{API}/element/{code}/review").json()["together"]
    places = {each["title"]["zh"]: each["place"] for each in part["places"]}
    assert places["单位"] == "/unit" and places["整份定义"] == ""
    registry = f"/api/v1/registry/definitions/element/{code}/draft"
    body = {
        "revision": revision,
        "comments": [{"text": "单位写错了", "place": "/unit"}, {"text": "名称太短", "place": "/title"}],
    }
    assert author.post(f"{registry}/comments/0/resolve", json={}).status_code == 409
    assert bearing("auditor").post(f"{registry}/send-back", json=body).status_code == 403
    sent = reviewer.post(f"{registry}/send-back", json=body).json()
    assert sent["sent_back"] and [each["text"] for each in sent["comments"]] == ["单位写错了", "名称太短"]
    # it is stored: whoever reads it anew finds it whole
    again = platform.registry.draft("element", code)
    assert again is not None and again.to_json() == sent | {"document": again.document}
    found = platform.registry.items("element", code)[0].to_json()["draft"]
    assert isinstance(found, dict) and found["sent_back"] is True

    name = platform.accounts.display_names(["admin2"])["admin2"]
    sign_in(anyone, "admin")
    listed = anyone.get("/designer?status=sent_back").text
    assert (
        "已退回" in listed
        and f"{platform.accounts.called('admin2')['zh']} 退回" in listed
        and "名称太短" in listed
    )
    page = anyone.get(f"/designer/element/{code}").text
    assert f"已退回 · {platform.accounts.called('admin2')['zh']}" in page and "单位写错了" in page
    assert f"{name}的审核意见：单位写错了" in page  # among what is found, at its place
    assert "已退回" in anyone.get(f"/designer/element/{code}/review").text
    token = token_in(page)
    done = anyone.post(
        f"/designer/element/{code}/comments/0/resolve",
        data={"_csrf_token": token},
        follow_redirects=False,
    )
    assert done.status_code == 303
    page = anyone.get(f"/designer/element/{code}").text
    assert f"{name}的审核意见：单位写错了" not in page and f"{name}的审核意见：名称太短" in page
    answer = author.post(f"{registry}/comments/1/resolve", json={})
    assert [each["resolved_by"] for each in answer.json()["comments"]] == ["admin", "admin"]
    assert author.post(f"{API}/element/{code}/review", json={"revision": revision}).status_code == 200
    assert "已退回" not in anyone.get(f"/designer/element/{code}/review").text


def test_the_review_page_takes_comments_on_many_places(platform: Platform, anyone: Any) -> None:
    code = fresh(platform, "probe.remarks")
    revision = carry_out(platform, code, "admin", 1, fill(["unit"], "个"))
    reviewing.submit(platform.registry, "element", code, "admin", revision)
    sign_in(anyone, "admin2")
    page = anyone.get(f"/designer/element/{code}/review").text
    assert f"{platform.accounts.called('admin')['zh']}" in page and f'name="at:element:{code}/unit"' in page
    answer = anyone.post(
        f"/designer/element/{code}/review/send-back",
        data={
            "_csrf_token": token_in(page),
            "revision": str(revision),
            "comment": "",
            f"at:element:{code}/unit": "单位写错了",
            f"at:element:{code}": "再想想",
            f"at:element:{code}/title": " ",
        },
        follow_redirects=False,
    )
    assert answer.status_code == 303
    draft = platform.registry.draft("element", code)
    assert draft is not None
    assert {(each.place, each.text) for each in draft.comments} == {("/unit", "单位写错了"), ("", "再想想")}


def test_a_comment_goes_where_its_place_goes(platform: Platform) -> None:
    code = fresh(platform, "probe-moved", kind="bundle")
    matters = [{"matter": each, "selected": "always"} for each in ("tax-change", "seal-making")]
    set_ = [(PRESSED, json.dumps({"op": "set", "at": ["matters"], "value": matters}))]
    revision = carry_out(platform, code, "admin", 1, *set_, kind="bundle")
    draft = platform.registry.draft("bundle", code)
    assert draft is not None
    said = shared([Remark("为什么", "/matters/1")], [draft], "admin2", "2026-11-24")[draft.id][0]
    assert said.address == ("matters", "seal-making")
    move = {"op": "move", "at": ["matters", "seal-making"], "before": "tax-change"}
    carry_out(platform, code, "admin", revision, (PRESSED, json.dumps(move)), kind="bundle")
    moved = platform.designer.opened("bundle", code).document
    assert pointer_now(moved, said) == "/matters/0"


def test_who_is_editing_is_called_by_his_name(platform: Platform, anyone: Any) -> None:
    code = fresh(platform, "probe.named")
    platform.designer.leases.ask("element", code, "admin2")
    sign_in(anyone, "admin")
    page = anyone.get(f"/designer/element/{code}").text
    assert f"{platform.accounts.called('admin2')['zh']} 正在编辑，您可以查看。" in page
    asked = anyone.post(
        f"/designer/element/{code}/lease/ask", data={"_csrf_token": token_in(page)}, follow_redirects=True
    ).text
    assert f"已请求接手，正在等待 {platform.accounts.called('admin2')['zh']} 保存。" in asked


def test_review_publish_and_back_to_an_old_version(platform: Platform, bearing: Programs) -> None:
    code = fresh(platform, "probe.review")
    revision = carry_out(platform, code, "admin", 1, fill(["unit"], "个"))
    author, reviewer = bearing("admin"), bearing("admin2")
    shown = author.get(f"{API}/element/{code}/review").json()
    assert shown["authors"] == ["admin"]
    assert shown["together"][0]["steps"] == [{"zh": "填写单位：个", "en": "unit set: 个"}]
    lines = {line["name"]: line["state"] for line in shown["checklist"]}
    assert lines["translations"] == "warning" and lines["shape"] == "ok"
    answer = author.post(f"{API}/element/{code}/review", json={"revision": revision})
    assert answer.status_code == 200 and answer.json()["state"] == "in_review"
    taken = author.post(f"{API}/element/{code}/review/take-back", json={"revision": revision})
    assert taken.json()["state"] == "draft"
    author.post(f"{API}/element/{code}/review", json={"revision": revision})
    sent = reviewer.post(
        f"/api/v1/registry/definitions/element/{code}/draft/send-back",
        json={"revision": revision, "comment": "单位写错了", "place": "/unit"},
    )
    assert sent.json()["comments"][-1]["place"] == "/unit"
    assert author.request("DELETE", f"{API}/element/{code}/lease").status_code == 204
    assert author.get(f"{API}/element/{code}/lease").json() == {"lease": None}
    author.post(f"{API}/element/{code}/review", json={"revision": revision})
    with pytest.raises(Refusal) as shut:
        carry_out(platform, code, "admin", revision, fill(["unit"], "台"))
    assert shut.value.code == "in-review-already"
    path = f"/api/v1/registry/definitions/element/{code}/draft/approve"
    assert author.post(path, json={"revision": revision}).status_code == 403
    approved = reviewer.post(path, json={"revision": revision})
    assert approved.status_code in (200, 201), approved.text
    revision = carry_out(platform, code, "admin", 0, fill(["unit"], "台"))
    author.post(f"{API}/element/{code}/review", json={"revision": revision})
    assert reviewer.post(path, json={"revision": revision}).json()["version"] == 2
    back = author.post(f"{API}/element/{code}/roll-back", json={"version": 1})
    assert back.status_code == 201 and back.json()["document"]["unit"] == "个"
    assert author.post(f"{API}/element/{code}/roll-back", json={"version": 1}).status_code == 409
    (step,) = author.get(f"{API}/element/{code}/review").json()["together"][0]["steps"]
    assert step["zh"] == "恢复为第 1 版的内容"


def test_a_first_day_is_written_into_everything_submitted(platform: Platform, bearing: Programs) -> None:
    code = fresh(platform, "probe.dated")
    answer = bearing("admin").post(
        f"{API}/element/{code}/review", json={"revision": 1, "effective_from": "2027-01-01"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["document"]["effective_from"] == "2027-01-01"
    bad = fresh(platform, "probe.undated")
    answer = bearing("admin").post(
        f"{API}/element/{bad}/review", json={"revision": 1, "effective_from": "soon"}
    )
    assert answer.status_code == 422
    draft = platform.registry.draft("element", bad)
    assert draft is not None and (draft.revision, draft.state) == (1, "draft")


def test_whom_a_change_touches_is_told(platform: Platform, bearing: Programs) -> None:
    revision = carry_out(
        platform,
        "project.name",
        "admin",
        platform.designer.opened("element", "project.name").revision,
        fill(["standard"], "GB"),
    )
    assert revision
    touched = bearing("admin").get(f"{API}/element/project.name/review").json()["touches"]
    (bundle,) = [each for each in touched if each["bundle"] == "construction-start"]
    assert (bundle["drafts"], bundle["cases"], bundle["fields_gone"]) == (0, 0, [])
    platform.registry.discard_draft("element", "project.name", "admin", revision)


BAD_OPERATIONS: list[tuple[Any, str]] = [
    ({"op": "burn"}, "unknown-operation"),
    ({"op": ["set"]}, "unknown-operation"),
    ({"op": "fill"}, "bad-operation"),
    ({"op": "set", "at": ["code"], "value": "other"}, "other-definition"),
    ({"op": "set", "at": ["type"], "value": "nonsense"}, "not-allowed"),
    ({"op": "set", "at": ["nonsense"], "value": 1}, "unknown-key"),
    ({"op": "remove", "at": ["options", "x"]}, "misplaced"),
    ({"op": "set", "at": [], "value": []}, "other-definition"),
    ({"op": "fill", "at": ["schema"], "as": "json", "value": "{"}, "unreadable"),
    ({"op": "set", "at": ["hint"], "value": {"zh": "\ud800", "en": "x"}}, None),
    ({"op": "say", "at": ["title"], "lang": "zh", "value": ""}, None),
]


@pytest.mark.parametrize(("operation", "code"), BAD_OPERATIONS)
def test_a_bad_operation_changes_nothing_and_says_why(
    platform: Platform, bearing: Programs, operation: Any, code: str | None
) -> None:
    name = fresh(platform, f"probe.bad{abs(hash(str(operation))) % 10**8}")
    before = platform.registry.draft("element", name)
    answer = bearing("admin").post(
        f"{API}/element/{name}/operations",
        content=json.dumps({"revision": 1, "operations": [operation]}).encode(),
        headers={"content-type": "application/json"},
    )
    if answer.status_code == 200:
        (problem,) = answer.json()["refused"]
        assert problem["message"]["zh"] and problem["remedy"]["en"]
        assert code is None or code in problem["code"], problem
    else:
        assert 400 <= answer.status_code < 500, answer.text
    assert platform.registry.draft("element", name) == before


def test_a_definition_begins_only_once_and_with_a_code(bearing: Programs) -> None:
    admin = bearing("admin")
    new = {"kind": "element", "code": "probe.once", "title": "一次"}
    assert admin.post(API, json=new).status_code == 201
    assert admin.post(API, json=new).status_code == 409
    for bad in ({**new, "code": "有汉字"}, {**new, "kind": "nothing"}, {**new, "code": "x" * 200}):
        assert admin.post(API, json=bad).status_code in (404, 422), bad


def test_the_pages_work_by_plain_posts(platform: Platform, anyone: Any) -> None:
    sign_in(anyone, "admin")
    code = fresh(platform, "probe.plain")
    page = anyone.get(f"/designer/element/{code}")
    token = token_in(page.text)
    name, value = fill(["unit"], "个")
    answer = anyone.post(
        f"/designer/element/{code}",
        data={"_csrf_token": token, "_revision": "1", "_view": "{}", name: value},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    assert "已修改 1 处" in anyone.get(f"/designer/element/{code}").text
    answer = anyone.post(
        f"/designer/element/{code}/review/submit",
        data={"_csrf_token": token, "revision": "2"},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    assert "撤回，继续编写" in anyone.get(f"/designer/element/{code}/review").text
    anyone.post(f"/designer/element/{code}/review/take-back", data={"_csrf_token": token, "revision": "2"})
    draft = platform.registry.draft("element", code)
    assert draft is not None and draft.state == "draft"


def test_another_tab_comes_with_what_is_around_it(platform: Platform, anyone: Any) -> None:
    """The page has no place yet for the parts of a tab it does not show."""
    sign_in(anyone, "admin")
    code = fresh(platform, "probe.tabs")
    token = token_in(anyone.get(f"/designer/element/{code}").text)

    def parts(*events: list[str]) -> list[str]:
        answer = anyone.post(
            f"/designer/element/{code}/events",
            json={"revision": 1, "view": {}, "events": list(events)},
            headers={"x-csrftoken": token},
        )
        assert answer.status_code == 200, answer.text
        return [part["id"] for part in answer.json()["parts"]]

    assert parts(["view:tab", "json"]) == ["designer"]
    assert "designer" not in parts(["view:search", "x"])


def test_a_section_that_has_only_a_label_lacks_its_english() -> None:
    bare = {"type": "Group", "label": "占道", "elements": []}
    (found,) = translations({"form": {"ui": {"type": "VerticalLayout", "elements": [bare]}}}, "f")
    assert (found.pointer, found.code) == ("/form/ui/elements/0/label", "untranslated")
    assert found.message["en"] == "“占道” has no English"
    assert not list(
        translations({**bare, "options": {"title": {"zh": "占道", "en": "Use of the road"}}}, "f")
    )
    (half,) = translations({**bare, "options": {"title": {"zh": "占道", "en": "占道"}}}, "f")
    assert half.pointer == "/options/title"


def test_a_new_definition_that_is_refused_keeps_what_was_typed(platform: Platform, anyone: Any) -> None:
    sign_in(anyone, "admin")
    home = anyone.get("/designer").text

    def begun(**typed: str) -> Any:
        form = {"_csrf_token": token_in(home), "kind": "matter", **typed}
        return anyone.post("/designer/new", data=form, follow_redirects=False)

    taken = begun(title="占道新办法", english="New rules", code="road-occupation")
    assert taken.status_code == 409 and "编码“road-occupation”已被使用" in taken.text
    assert 'href="/designer/matter/road-occupation">打开已有的定义' in taken.text
    for kept in ("占道新办法", "New rules", "road-occupation"):
        assert f'value="{kept}"' in taken.text
    blank = begun(title="   ", code="probe.blank")
    assert blank.status_code == 422 and "名称不能为空" in blank.text
    assert platform.registry.draft("matter", "probe.blank") is None
    bad = begun(title="占道新办法", code="Bad Code")
    assert bad.status_code == 422 and 'value="Bad Code"' in bad.text and 'value="占道新办法"' in bad.text


def test_a_refusal_leads_back_to_the_page_it_was_met_on(platform: Platform, anyone: Any) -> None:
    code = fresh(platform, "probe.back")
    platform.designer.leases.ask("element", code, "admin2")
    sign_in(anyone, "admin")
    page = anyone.get(f"/designer/element/{code}/review")
    form = {"_csrf_token": token_in(page.text), "revision": "1", "effective_from": "2099-01-01"}
    at = f"/designer/element/{code}/review"

    def refused(referer: str) -> str:
        answer = anyone.post(f"{at}/submit", data=form, headers={"referer": referer})
        assert answer.status_code == 409
        return str(answer.text)

    told = refused(f"http://{page.request.url.netloc.decode()}{at}")
    assert f'href="{at}">返回上一页' in told
    assert f"{platform.accounts.called('admin2')['zh']}正在编辑这份草稿" in told
    for other in (
        "https://elsewhere.example/x",
        "",
        "http://[",
        f"http://{page.request.url.netloc.decode()}//x",
    ):
        assert "返回上一页" not in refused(other)


def test_a_draft_is_discarded_only_by_who_has_read_what_that_means(platform: Platform, anyone: Any) -> None:
    code = fresh(platform, "probe.discard")
    sign_in(anyone, "admin")
    for page in (f"/designer/element/{code}/review", f"/registry/element/{code}/draft"):
        html = anyone.get(page).text
        form = html.index(f'action="/registry/element/{code}/draft/discard"')
        folded = html.rindex("<details", 0, form)
        assert "</details>" not in html[folded:form] and "不能恢复" in html[form:]


def test_a_first_day_that_is_past_is_pointed_out_to_the_reviewer(platform: Platform, anyone: Any) -> None:
    sign_in(anyone, "admin2")
    for code, day, past in (("probe.past", "2020-01-01", True), ("probe.later", "2099-01-01", False)):
        fresh(platform, code)
        revision = platform.designer.date("element", code, "admin", 1, day)
        reviewing.submit(platform.registry, "element", code, "admin", revision)
        page = anyone.get(f"/designer/element/{code}/review").text
        assert day in page and ("早于今天，请确认" in page) == past
