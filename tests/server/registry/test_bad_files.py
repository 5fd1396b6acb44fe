"""Files that are no definitions, or not those one meant: told in both languages, and nothing is changed."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from yijianshi.server.context import Platform
from yijianshi.server.registry import retiring, reviewing
from yijianshi.server.templating import LANGUAGE_COOKIE

from tests.server.shell.conftest import Client, anyone, app, clock, platform, sign_in

__all__ = ["anyone", "app", "clock", "platform"]

MATTER = "road-occupation"


def document(platform: Platform, **changes: Any) -> dict[str, Any]:
    return {**platform.registry.library().get("matter", MATTER), **changes}


def archive(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(name, content)
    return packed.getvalue()


def standing(platform: Platform) -> Any:
    registry = platform.registry
    items = [
        (item.kind, item.code, item.version and item.version.version) for item in registry.items(None, "")
    ]
    return items, [(draft.id, draft.revision) for draft in registry.drafts()]


NO_BOOK = ("文件不是可读取的 .xlsx 工作簿", "the file is no .xlsx workbook that can be read")
NO_JSON = ("第 1 行第 1 列不是合法的 JSON", "line 1 column 1 is not valid JSON")
FILES: dict[str, tuple[bytes, tuple[str, str]]] = {
    "garbage.zip": (b"PK\x03\x04" + bytes(range(256)), NO_BOOK),
    "definitions.zip": (archive("a.json", b"{}"), NO_BOOK),
    "broken.xlsx": (bytes(range(256)) * 4, NO_BOOK),
    "noise.json": (b"\xff\xfe\x00\x01" * 40, ("不是 UTF-8 编码", "UTF-8")),
    "gbk.json": ('{"kind":"事项"}'.encode("gbk"), ("不是 UTF-8 编码", "UTF-8")),
    "empty.json": (b"", ("文件是空的", "the file is empty")),
    "blank.json": (b" \n\t\n", ("文件是空的", "the file is empty")),
    "letter.pdf": (b"%PDF-1.4 ...", NO_JSON),
    "null.json": (b"null", ("这不是一个定义文档", "this is no definition (a JSON object is wanted)")),
    "nothing.json": (b"[]", ("没有收到任何定义", "no definition was sent")),
    "kind.json": (b'{"kind":"spaceship","code":"x"}', ("未知的文档种类“spaceship”", "spaceship")),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_holds_no_definition_is_refused_and_says_why(
    platform: Platform, anyone: Client, name: str
) -> None:
    content, (zh, en) = FILES[name]
    token = sign_in(anyone, "admin")
    before = standing(platform)
    for lang, said in (("zh", zh), ("en", en)):
        anyone.cookies.set(LANGUAGE_COOKIE, lang)
        answer = anyone.post(
            "/registry/import", data={"_csrf_token": token}, files=[("files", (name, content))]
        )
        assert answer.status_code == 422
        nothing = {"zh": "发现错误，没有写入任何内容。", "en": "There are errors; nothing was saved."}[lang]
        assert nothing in answer.text and said in answer.text
        assert 'action="/registry/import/keep"' not in answer.text
        if content.startswith(b"PK"):
            assert {"zh": "压缩包请先解压", "en": "unpack an archive first"}[lang] in answer.text
    assert standing(platform) == before


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        # as a newer platform might write it
        ({"format_version": 99}, "未知的键“format_version”", "unknown key"),
        ({"type": "newer-type"}, "newer-type", "newer-type"),
        (
            {"form": {"schema": {"type": "object", "properties": {"x": {"x-type": "hologram"}}}}},
            "/form",
            "/form",
        ),
    ],
)
def test_a_definition_of_another_version_of_the_platform_is_refused(
    platform: Platform, anyone: Client, changes: dict[str, Any], zh: str, en: str
) -> None:
    token = sign_in(anyone, "admin")
    before = standing(platform)
    sent = json.dumps(document(platform, **changes)).encode()
    for lang, said in (("zh", zh), ("en", en)):
        anyone.cookies.set(LANGUAGE_COOKIE, lang)
        answer = anyone.post(
            "/registry/import", data={"_csrf_token": token}, files=[("files", ("newer.json", sent))]
        )
        assert answer.status_code == 422 and said in answer.text
        kept = anyone.post(
            "/registry/import/keep", data={"_csrf_token": token, "documents": "[" + sent.decode() + "]"}
        )
        assert kept.status_code == 422
    assert standing(platform) == before


def test_one_code_twice_is_told_at_its_second_place(platform: Platform, anyone: Client) -> None:
    token = sign_in(anyone, "admin")
    before = standing(platform)
    both = json.dumps([document(platform), document(platform, basis="别的依据")]).encode()
    for lang, said in (("zh", f"编码“{MATTER}”已在 twice.json 中使用"), ("en", "twice.json")):
        anyone.cookies.set(LANGUAGE_COOKIE, lang)
        answer = anyone.post(
            "/registry/import", data={"_csrf_token": token}, files=[("files", ("twice.json", both))]
        )
        assert answer.status_code == 422 and said in answer.text
        assert ("第 2 份“" if lang == "zh" else "no. 2, “") in answer.text
    one, other = (json.dumps(document(platform, basis=basis)).encode() for basis in ("甲", "乙"))
    apart = anyone.post(
        "/registry/import",
        data={"_csrf_token": token},
        files=[("files", ("a.json", one)), ("files", ("b.json", other))],
    )
    assert apart.status_code == 422 and "a.json" in apart.text
    assert standing(platform) == before


@pytest.mark.parametrize(
    ("size", "status", "zh", "en"),
    [
        (3_000_000, 422, "超过上限 2000000 字节", "more than the limit of 2000000 bytes"),
        (10_000_000, 413, "提交的内容超过上限 8 MB", "what was sent is more than the limit of 8 MB"),
    ],
)
def test_a_file_that_is_too_large_is_refused(
    platform: Platform, anyone: Client, size: int, status: int, zh: str, en: str
) -> None:
    token = sign_in(anyone, "admin")
    before = standing(platform)
    for lang, said in (("zh", zh), ("en", en)):
        anyone.cookies.set(LANGUAGE_COOKIE, lang)
        answer = anyone.post(
            "/registry/import",
            data={"_csrf_token": token},
            files=[("files", ("large.json", b"[" + b" " * size + b"]"))],
        )
        assert answer.status_code == status and said in answer.text, answer.text[-1500:]
    assert standing(platform) == before


def test_a_retired_definition_is_missed_and_comes_back_only_as_a_draft(
    platform: Platform, anyone: Client
) -> None:
    registry = platform.registry
    old = {
        **registry.library().get("material", "road-plan"),
        "code": "old-plan",
        "title": {"zh": "旧平面图", "en": "Old plan"},
    }
    draft = registry.save_draft(old, "admin", None)
    submitted = reviewing.submit(registry, "material", "old-plan", "admin", draft.revision)
    reviewing.approve(registry, "material", "old-plan", "admin2", submitted.revision)
    retiring.ask(registry, "material", "old-plan", "admin", "不再需要")
    retiring.confirm(registry, "material", "old-plan", "admin2", 1)
    token = sign_in(anyone, "admin")
    before = standing(platform)
    uses = document(platform)
    uses["materials"] = [{**uses["materials"][0], "material": "old-plan"}]
    answer = anyone.post(
        "/registry/import",
        data={"_csrf_token": token},
        files=[("files", ("uses.json", json.dumps(uses).encode()))],
    )
    assert answer.status_code == 422 and "old-plan" in answer.text
    assert standing(platform) == before
    sent = {"_csrf_token": token, "documents": json.dumps([old])}
    kept = anyone.post("/registry/import/keep", data=sent)
    assert kept.status_code == 200 and "已保存为草稿" in kept.text
    assert registry.draft("material", "old-plan") is not None
    assert not registry.library().has("material", "old-plan"), "retired it stays until it is published anew"


def test_an_import_shows_what_differs_and_folds_what_is_the_same(platform: Platform, anyone: Client) -> None:
    token = sign_in(anyone, "admin")
    same = platform.registry.versions("element", "project.name")[-1].document
    changed = document(platform, basis="别的依据")

    def shown(*documents: Any) -> str:
        sent = json.dumps(documents).encode()
        answer = anyone.post(
            "/registry/import", data={"_csrf_token": token}, files=[("files", ("some.json", sent))]
        )
        assert answer.status_code == 200
        return str(answer.text)

    both = shown(same, changed)
    assert "与现有内容相同，不必处理（1 份）" in both and "保存为草稿" in both
    assert both.index("有改动") < both.index("不必处理")
    alone = shown(same)
    assert "没有可保存的改动" in alone and "保存为草稿</button>" not in alone


def test_the_page_of_a_definition_calls_places_and_other_definitions_by_their_titles(
    platform: Platform, anyone: Client
) -> None:
    sign_in(anyone, "admin")
    page = anyone.get(f"/registry/matter/{MATTER}").text
    assert "<li>承诺时限</li>" in page and "<code>/promised_limit</code>" not in page
    assert "项目名称</a> <code>project.name</code>" in page
