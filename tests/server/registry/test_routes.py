"""The registry's pages and API by themselves: its own handlers and templates over a real registry.

What the shell around them adds (sign-in, permissions, CSRF, layout) is tested with the shell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult, DefineMiddleware
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Response
from litestar.template import TemplateConfig
from litestar.testing import TestClient
from openpyxl import Workbook, load_workbook

from yijianshi.server.context import Platform
from yijianshi.server.errors import Refusal
from yijianshi.server.files import root
from yijianshi.server.registry.books import MEDIA_TYPE
from yijianshi.server.registry.imports import import_documents
from yijianshi.server.registry.routes import api, pages
from yijianshi.server.registry.service import RegistryService

from tests.server.registry.samples import all_of, bundle, element, material, matter, sources, t

API = "/api/v1/registry"
NAME = "/registry/element/shop.name"
BO = {"x-user": "bo"}

Client = TestClient[Litestar]


class SignedIn(AbstractAuthenticationMiddleware):
    """Whoever the test says is signed in."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        return AuthenticationResult(
            user=SimpleNamespace(name=connection.headers.get("x-user", "ann")), auth=None
        )


def refusal_as_json(_: Any, error: Refusal) -> Response[Any]:
    problems = [problem.to_json() for problem in error.problems]
    return Response({"code": error.code, "problems": problems}, status_code=error.status)


@pytest.fixture(params=["zh", "en"])
def client(request: pytest.FixtureRequest, registry: RegistryService) -> Iterator[Client]:
    lang = request.param
    base = "<html><title>{% block title %}{% endblock %}</title>{% block content %}{% endblock %}</html>"
    environment = Environment(
        loader=ChoiceLoader([DictLoader({"base.html": base}), FileSystemLoader(root() / "ui" / "templates")]),
        undefined=StrictUndefined,
        autoescape=True,
    )
    environment.globals["person"] = str
    environment.globals.update(
        _=lambda zh, en: {"zh": zh, "en": en}[lang],
        t=lambda text: text[lang],
        lang=lang,
        user=SimpleNamespace(name="ann"),
        csrf_input="",
        can=lambda permission: True,
    )
    # of the platform only the registry is there
    platform = object.__new__(Platform)
    object.__setattr__(platform, "registry", registry)
    app = Litestar(
        [*pages, *api],
        dependencies={"platform": Provide(lambda: platform, sync_to_thread=False)},
        middleware=[DefineMiddleware(SignedIn)],
        template_config=TemplateConfig(instance=JinjaTemplateEngine(engine_instance=environment)),
        exception_handlers={Refusal: refusal_as_json},
    )
    with TestClient(app) as opened:
        yield opened


@pytest.fixture
def filled(client: Client, registry: RegistryService) -> Client:
    assert import_documents(registry, sources(*all_of()), "system:test", publish_now=True).applied
    return client


def upload(client: Client, content: bytes) -> Any:
    return client.post("/registry/import", files=[("files", ("a.json", content))])


def test_an_upload_is_looked_at_then_kept_then_reviewed_by_another(client: Client) -> None:
    assert client.get("/registry").status_code == 200
    assert client.get("/registry/import").status_code == 200
    documents = json.dumps(all_of(), ensure_ascii=False)
    looked = upload(client, documents.encode())
    assert looked.status_code == 200
    assert "/registry/import/keep" in looked.text
    assert "shop-licence" not in client.get("/registry").text
    kept = client.post("/registry/import/keep", data={"documents": documents})
    assert kept.status_code == 200
    assert "/designer/element/shop.name" in kept.text
    for kind, code in (("element", "shop.name"), ("material", "lease"), ("matter", "shop-licence")):
        page = f"/registry/{kind}/{code}"
        assert client.get(f"{page}/draft").status_code == 200
        assert client.post(f"{page}/draft/submit", data={"revision": "1"}).status_code == 200
        assert f"/designer/{kind}/{code}/review" in client.get("/registry/review").text
        assert client.post(f"{page}/draft/approve", data={"revision": "1"}).status_code == 403
        done = client.post(f"{page}/draft/approve", data={"revision": "1"}, headers=BO)
        assert done.status_code == 200
        assert f"{page}/versions/1" in done.text


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[]", b"\xff", b"[" * 10_000, b'{"kind":"element","kind":"element"}', b"1e999"],
)
def test_a_bad_upload_is_answered_with_its_problems(client: Client, content: bytes) -> None:
    answer = upload(client, content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_no_file_at_all(client: Client) -> None:
    assert client.post("/registry/import", files=[]).status_code == 422


def test_the_list_finds_and_marks(filled: Client) -> None:
    page = filled.get("/registry", params={"kind": "matter", "search": "开店", "unverified": "true"})
    assert "shop-licence" in page.text
    assert "shop-opening" not in page.text
    assert filled.get("/registry", params={"kind": "nothing"}).status_code == 200
    shown = filled.get("/registry/matter/shop-licence").text
    assert "待核实" in shown or "unverified" in shown
    assert "/registry/material/lease" in shown
    assert "/registry/bundle/shop-opening" in shown


def test_what_could_not_be_saved_is_shown_again(filled: Client) -> None:
    assert 'name="revision"' not in filled.get(f"{NAME}/draft").text
    first, second = json.dumps(element(title=t("字号"))), json.dumps(element(title=t("招牌")))
    assert filled.post(f"{NAME}/draft", data={"document": first}).status_code == 200
    stale = filled.post(f"{NAME}/draft", data={"document": second})
    assert stale.status_code == 409
    assert json.dumps("招牌")[1:-1] in stale.text
    assert 'name="revision"' not in stale.text.partition("</textarea>")[0]
    for broken in ("{oops", json.dumps(material()), "null", '"text"', "[]"):
        answer = filled.post(f"{NAME}/draft", data={"document": broken, "revision": "1"})
        assert answer.status_code == 422
        assert broken.replace('"', "&#34;") in answer.text
    saved = filled.get(f"{API}/definitions/element/shop.name/draft").json()
    assert (saved["revision"], saved["document"]["title"]["zh"]) == (1, "字号")


def test_sending_back_comparing_and_retiring(filled: Client) -> None:
    filled.post(f"{NAME}/draft", data={"document": json.dumps(element(title=t("字号")))})
    filled.post(f"{NAME}/draft/submit", data={"revision": "1"})
    back = filled.post(f"{NAME}/draft/send-back", data={"revision": "1", "comment": "请改<b>"}, headers=BO)
    assert back.status_code == 200
    assert "请改&lt;b&gt;" in filled.get(f"{NAME}/draft").text
    filled.post(f"{NAME}/draft/submit", data={"revision": "1"})
    filled.post(f"{NAME}/draft/approve", data={"revision": "1"}, headers=BO)
    compared = filled.get(f"{NAME}/compare", params={"old": 1, "new": 2})
    assert compared.status_code == 200
    # the place is told in words, never as a JSON pointer
    assert re.search(r'<th scope="row"[^>]*>(名称·中文|title › Chinese)</th>', compared.text)
    assert "/title/" not in compared.text
    assert filled.get(f"{NAME}/versions/1").status_code == 200
    for missing in (f"{NAME}/versions/9", "/registry/element/nope", "/registry/nope/nope/draft"):
        assert filled.get(missing).status_code == 404
    assert filled.post(f"{NAME}/retirement", data={"reason": "x"}).status_code == 409
    one = "/registry/bundle/shop-opening"
    asked = filled.post(f"{one}/retirement", data={"reason": "已<并>入"})
    assert asked.status_code == 200 and "已&lt;并&gt;入" in asked.text
    assert f"{one}/retirement/confirm" not in asked.text
    assert f"{one}#retire" in filled.get("/registry/review").text
    assert filled.post(f"{one}/retirement/withdraw", headers=BO).status_code == 200
    filled.post(f"{one}/retirement", data={"reason": "已并入"}, headers=BO)
    assert f"{one}/retirement/confirm" in filled.get(one).text
    assert filled.post(f"{one}/retirement/confirm", data={"version": "1"}, headers=BO).status_code == 403
    retired = filled.post(f"{one}/retirement/confirm", data={"version": "1"})
    assert retired.status_code == 200 and ("已停用" in retired.text or "retired" in retired.text)
    filled.post("/registry/material/lease/draft", data={"document": json.dumps(material(max_count=2))})
    gone = filled.post("/registry/material/lease/draft/discard", data={"revision": "1"})
    assert gone.status_code == 200


def test_the_api_reads(filled: Client) -> None:
    listed = filled.get(f"{API}/definitions", params={"kind": "matter"}).json()["definitions"]
    assert [(item["code"], item["version"], item["unverified"]) for item in listed] == [
        ("shop-licence", 1, [""])
    ]
    one = filled.get(f"{API}/definitions/element/shop.name").json()
    assert one["versions"][0]["document"] == element()
    assert one["used_by"] == ["matter:shop-licence"]
    assert filled.get(f"{API}/definitions/bundle/shop-opening/versions/1").json()["lock"]
    assert filled.get(f"{API}/reviews").json() == {"drafts": [], "sets": []}
    exported = filled.get(f"{API}/export", params={"code": ["shop-licence", "lease"]}).json()
    assert [document["code"] for document in exported["documents"]] == ["shop.name", "lease", "shop-licence"]
    for missing in ("definitions/element/nope", "definitions/element/shop.name/draft", "export?code=nope"):
        assert filled.get(f"{API}/{missing}").status_code == 404


def test_the_national_list_tells_what_is_landed_here(filled: Client, registry: RegistryService) -> None:
    listed = filled.get(f"{API}/catalogue").json()
    assert (len(listed["items"]), listed["landed"]) == (42, 0)
    assert listed["own"] == [{"code": "shop-opening", "title": bundle()["title"]}]
    landed = bundle(code="construction-start", title=t("开工一件事"))
    import_documents(registry, sources(landed), "system:test", publish_now=True)
    listed = filled.get(f"{API}/catalogue").json()
    assert listed["landed"] == 1
    assert [item["landed"] for item in listed["items"] if item["landed"]] == ["construction-start"]
    page = filled.get("/registry/catalogue").text
    assert "/registry/bundle/construction-start" in page and "/registry/bundle/shop-opening" in page
    assert "国办函〔2025〕3号" in page and ("待核实" in page or "to be verified" in page)
    assert "/registry/catalogue" in filled.get("/registry").text


def test_the_api_takes_a_definition_through_its_life(filled: Client) -> None:
    one = f"{API}/definitions/element/x"
    document = element(code="x")
    assert filled.put(f"{one}/draft", json={"document": document}).json()["revision"] == 1
    assert filled.put(f"{one}/draft", json={"document": document}).status_code == 409
    assert filled.put(f"{one}/draft", json={"document": element()}).status_code == 422
    assert filled.get(f"{one}/draft").json()["problems"] == []
    assert filled.post(f"{one}/draft/submit", json={"revision": 1}).json()["state"] == "in_review"
    assert len(filled.get(f"{API}/reviews").json()["drafts"]) == 1
    sent = filled.post(f"{one}/draft/send-back", json={"revision": 1, "comment": "c"}, headers=BO).json()
    assert sent["comments"][0]["by"] == "bo"
    filled.post(f"{one}/draft/submit", json={"revision": 1})
    assert filled.post(f"{one}/draft/approve", json={"revision": 1}).json()["code"] == "own-review"
    assert filled.post(f"{one}/draft/approve", json={"revision": 1}, headers=BO).json()["version"] == 1
    asked = filled.post(f"{one}/retirement", json={"reason": "r"}).json()
    assert filled.get(f"{API}/retirements").json() == {"retirements": [asked]}
    assert filled.delete(f"{one}/retirement", headers=BO).status_code == 204
    filled.post(f"{one}/retirement", json={"reason": "r"})
    confirm = f"{one}/retirement/confirm"
    assert filled.post(confirm, json={"version": 1}).json()["code"] == "own-retirement"
    done = filled.post(confirm, json={"version": 1}, headers=BO).json()
    assert done["versions"][0]["retired_by"] == "bo"
    looked = filled.post(f"{API}/imports", json={"documents": [element(code="z")]}).json()
    assert (looked["applied"], looked["changes"][0]["status"]) == (False, "new")
    assert filled.post(f"{API}/imports", json={"documents": [element(code="z")], "dry_run": False}).json()[
        "applied"
    ]
    assert filled.delete(f"{API}/definitions/element/z/draft", params={"revision": 1}).status_code == 204


def test_every_handler_names_its_permission(client: Client) -> None:
    for route in client.app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.name != "_asgi" and "registry" in route.path and "OPTIONS" not in handler.http_methods:
                assert str(handler.opt["permission"]).startswith("definition."), route.path


RULESET: dict[str, Any] = {
    "kind": "ruleset",
    "code": "shop.size",
    "title": t("店铺/大小"),
    "decides": "eligibility",
    "facts": {"area": {"from": "/shop/area", "type": "decimal", "unit": "m²", "title": t("面积")}},
    "parameters": {"most": {"type": "decimal", "value": 300, "unit": "m²", "verified": True, "basis": "法"}},
    "rules": {
        "too_large": {
            "all": [{"m": {"$gt": {"area": {"parameter": "most"}}}}],
            "run": {"deny": "large", "reason": t("面积过大"), "basis": "测试法 第二条"},
        }
    },
    "tests": {"unreached": {"too_large": {"reason": t("另有测试"), "signed_by": "ann"}}},
}
SIZE = "/registry/ruleset/shop.size"


@pytest.fixture
def ruled(filled: Client, registry: RegistryService) -> Client:
    assert import_documents(registry, sources(RULESET), "system:test", publish_now=True).applied
    return filled


def sheets_of(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment;") and disposition.endswith(".xlsx")
    assert "/" not in disposition.partition("UTF-8''")[2]
    assert answer.headers["cache-control"] == "private, no-store"
    return load_workbook(BytesIO(answer.content))


def saved(book: Any) -> bytes:
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_ruleset_is_changed_in_excel(ruled: Client) -> None:
    shown = ruled.get(SIZE).text
    assert f"{SIZE}/versions/1/workbook" in shown
    assert 'name="files"' in shown
    book = sheets_of(ruled.get(f"{SIZE}/versions/1/workbook"))
    same = upload(ruled, saved(book))
    assert same.status_code == 200
    book["参数"]["E3"] = 400
    looked = upload(ruled, saved(book))
    assert looked.status_code == 200
    assert "400" in looked.text and re.search(r"参数·.*most.*·|parameters › .*most.* › ", looked.text)
    assert "/parameters" not in looked.text.partition('name="documents"')[0]
    # looked at only
    assert ruled.get(f"{API}/definitions/ruleset/shop.size/draft").status_code == 404
    documents = json.loads(unescape(looked.text.partition('name="documents" value="')[2].partition('"')[0]))
    assert documents == [{**RULESET, "parameters": {"most": {**RULESET["parameters"]["most"], "value": 400}}}]
    # what differs from what is there needs a choice
    data = {"documents": json.dumps(documents)}
    assert ruled.post("/registry/import/keep", data=data).status_code == 422
    # a copy without its code is asked again, and what was chosen stands
    again = ruled.post("/registry/import/keep", data={**data, "choice:ruleset:shop.size": "copy"})
    assert again.status_code == 422 and 'name="choice:ruleset:shop.size" value="copy" checked' in again.text
    assert "ruleset:shop.size 已存在" not in again.text and "数据元" not in again.text.partition("<form")[0]
    data["choice:ruleset:shop.size"] = "take"
    assert ruled.post("/registry/import/keep", data=data).status_code == 200
    assert f"{SIZE}/draft/workbook" in ruled.get(f"{SIZE}/draft").text
    assert sheets_of(ruled.get(f"{SIZE}/draft/workbook"))["参数"]["E3"].value == 400
    assert ruled.get(f"{SIZE}/versions/1").status_code == 200


def test_what_is_wrong_in_an_upload_is_listed_by_cell(ruled: Client) -> None:
    book = sheets_of(ruled.get(f"{SIZE}/versions/1/workbook"))
    book["规则"]["E5"] = "=1"
    book["参数"]["G3"] = True
    answer = upload(ruled, saved(book))
    assert answer.status_code == 422
    assert "规则!E5" in answer.text and "参数!G3" in answer.text
    assert "keep" not in answer.text
    # found by the checks of a ruleset, told by its cell too
    book["规则"]["E5"], book["参数"]["G3"] = "参数:nothing", "法"
    answer = upload(ruled, saved(book))
    assert answer.status_code == 422
    assert "<strong>规则!E5</strong>" in answer.text
    for content in (b"PK\x03\x04" + bytes(100), bytes.fromhex("d0cf11e0"), saved(Workbook())):
        assert upload(ruled, content).status_code == 422
    many = ruled.post("/registry/import", files=[("files", ("a.xlsx", bytes(9_000_000)))])
    assert many.status_code == 413
    assert ruled.get(f"{API}/definitions/ruleset/shop.size/draft").status_code == 404


def test_only_rulesets_have_a_workbook_of_their_own(ruled: Client) -> None:
    for path in ("element/shop.name/versions/1", "ruleset/shop.size/versions/9", "ruleset/shop.size/draft"):
        assert ruled.get(f"/registry/{path}/workbook").status_code == 404
        assert ruled.get(f"{API}/definitions/{path}/workbook").status_code == 404
    broken = {**RULESET, "rules": {"x": {"all": 5}}}
    assert (
        ruled.put(f"{API}/definitions/ruleset/shop.size/draft", json={"document": broken}).status_code == 200
    )
    refused = ruled.get(f"{SIZE}/draft/workbook")
    assert refused.status_code == 422
    assert refused.json()["problems"]
    assert ruled.get(f"{SIZE}/draft").status_code == 200


def test_the_list_of_matters_in_and_out(ruled: Client) -> None:
    assert "/registry/workbooks/matters" in ruled.get("/registry").text
    book = sheets_of(ruled.get("/registry/workbooks/matters"))
    same = upload(ruled, saved(book))
    assert same.status_code == 200
    assert "/registry/import/keep" not in same.text
    sheet = book["事项"]
    at = {cell.value: cell.column for cell in sheet[2]}
    sheet.cell(3, at["title.zh"], "开店登记")
    new = {"code": "closing", "title.zh": "歇业", "title.en": "Closing", "type": "公共服务", "department.code": "market",
           "department.name.zh": "市场监管局", "department.name.en": "Market", "promised_limit.days": 3,
           "promised_limit.unit": "工作日"}  # fmt: skip
    for key, value in new.items():
        sheet.cell(4, at[key], value)
    # a draft that is being worked on keeps what is no column of the list
    plain = {"schema": matter()["form"]["schema"]}
    drafted = matter(form=plain, title=t("草稿"))
    one = f"{API}/definitions/matter/shop-licence"
    assert ruled.put(f"{one}/draft", json={"document": drafted}).status_code == 200
    files = [("files", ("list.xlsx", saved(book)))]
    looked = ruled.post(f"{API}/imports/workbooks", files=files).json()
    assert (looked["applied"], [c["code"] for c in looked["changes"]]) == (False, ["shop-licence", "closing"])
    done = ruled.post(f"{API}/imports/workbooks", files=files, params={"dry_run": "false"}).json()
    assert done["applied"], done
    kept = ruled.get(f"{one}/draft").json()["document"]
    assert kept == matter(form=plain, title={"zh": "开店登记", "en": t("开店许可")["en"]})
    made = ruled.get(f"{API}/definitions/matter/closing/draft").json()
    assert made["document"]["form"] == {"schema": {"type": "object", "properties": {}}}
    assert not [p for p in made["problems"] if p["severity"] == "error"]
    # somebody else's draft is not written over
    others = ruled.post(f"{API}/imports/workbooks", files=files, headers=BO).json()
    assert {(p["code"], p["pointer"]) for p in others["problems"] if p["severity"] == "error"} == {
        ("draft-of-another", "事项!A3"),
        ("draft-of-another", "事项!A4"),
    }


def test_the_api_gives_and_takes_workbooks(ruled: Client) -> None:
    one = f"{API}/definitions/ruleset/shop.size"
    book = sheets_of(ruled.get(f"{one}/versions/1/workbook"))
    assert sheets_of(ruled.get(f"{API}/matters/workbook"))["材料"]["B3"].value == "lease"
    book["参数"]["E3"] = "五百"
    files = [("files", ("a.xlsx", saved(book)))]
    wrong = ruled.post(f"{API}/imports/workbooks", files=files, params={"dry_run": "false"}).json()
    assert not wrong["applied"]
    assert {problem["pointer"] for problem in wrong["problems"]} == {"参数!E3"}
    book["参数"]["E3"] = 500
    twice = [("files", ("a.xlsx", saved(book))), ("files", ("a.xlsx", b"PK\x03\x04"))]
    both = ruled.post(f"{API}/imports/workbooks", files=twice).json()
    assert [(p["file"], p["code"]) for p in both["problems"]] == [("a.xlsx (2)", "not-a-workbook")]
    done = ruled.post(f"{API}/imports/workbooks", files=twice[:1], params={"dry_run": "false"}).json()
    assert done["applied"]
    assert sheets_of(ruled.get(f"{one}/draft/workbook"))["参数"]["E3"].value == 500
    nothing = ruled.post(f"{API}/imports/workbooks", files=[("other", ("a.xlsx", b""))]).json()
    assert [problem["code"] for problem in nothing["problems"]] == ["nothing-sent"]
