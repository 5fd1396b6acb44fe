"""Bad input: a clear message in both languages and a 4xx, and nothing is lost."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from yijianshi.core.definitions.numbers import whole_number
from yijianshi.core.forms.samples import sample_answers
from yijianshi.server.context import Platform
from yijianshi.server.errors import Refusal
from yijianshi.server.uploads import MEDIA_TYPES, format_of, inspect, safe_name
from yijianshi.server.walkthrough import sample_file

from tests.server.shell.conftest import Client, Program, sign_in

JSON = {"content-type": "application/json"}
BAD: list[tuple[str, str, bytes, set[int]]] = [
    ("malformed JSON", "/api/v1/drafts", b'{"bundle": ', {400}),
    ("not UTF-8", "/api/v1/drafts", b'{"bundle": "\xff\xfe"}', {400}),
    ("wrong type", "/api/v1/drafts", b'{"bundle": 7}', {400}),
    ("missing key", "/api/v1/drafts", b"{}", {400}),
    ("10,000-deep nesting", "/api/v1/drafts", b"[" * 10_000, {400}),
    ("10,000-deep answers", "/api/v1/bundles/construction-start/state",
     b'{"answers": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001, {400, 413}),
    ("a 10 MB string", "/api/v1/drafts", b'{"bundle": "' + b"x" * 10_000_000 + b'"}', {413}),
    ("unknown bundle", "/api/v1/drafts", b'{"bundle": "no-such"}', {404}),
    ("a NUL in a code", "/api/v1/drafts", b'{"bundle": "a\\u0000b"}', {404, 422}),
    ("no such date", "/api/v1/bundles/construction-start/evaluate", b'{"answers": {}, "on": "2026-02-30"}', {400}),
    ("no such draft", "/api/v1/drafts/nothing/submit",
     b'{"package": "", "revision": 1, "idempotency_key": "k"}', {404}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "codes"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_it_is_refused_with_a_clear_message(
    bearing: Callable[[str], Program], path: str, body: bytes, codes: set[int]
) -> None:
    answer = bearing("applicant").post(path, content=body, headers=JSON)
    assert answer.status_code in codes
    problem = answer.json()
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert all(problem[part][lang] for part in ("message", "remedy") for lang in ("zh", "en"))


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (b'{"bundle": "construction-start",\n "bundle": "x"}', "duplicate-key", "bundle"),
        (b'{"bundle":\n\n  "construction-start",,}', "malformed-json", "第 3 行第 24 列"),
        (b'{"bundle": NaN}', "not-a-number", "NaN"),
    ],
)
def test_json_is_read_strictly_and_the_place_is_told(
    bearing: Callable[[str], Program], body: bytes, code: str, said: str
) -> None:
    program = bearing("applicant")
    before = program.get("/api/v1/drafts").json()
    problem = program.post("/api/v1/drafts", content=body, headers=JSON).json()
    assert (problem["status"], problem["code"]) == (400, code) and said in problem["message"]["zh"]
    assert program.get("/api/v1/drafts").json() == before


FORM = {
    "urlencoded": ("application/x-www-form-urlencoded", "{token}&%2Fproject%2Fname=%FF%FE%E7%94%B2"),
    "multipart": (
        "multipart/form-data; boundary=b",
        '--b\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\n{token}\r\n'
        '--b\r\nContent-Disposition: form-data; name="/project/name"\r\n\r\n\xff\xfe\r\n--b--\r\n',
    ),
}


@pytest.mark.parametrize("encoding", FORM)
def test_a_form_that_is_no_utf_8_is_refused_and_nothing_is_kept(
    anyone: Client, bearing: Callable[[str], Program], encoding: str
) -> None:
    draft = bearing("applicant").post("/api/v1/drafts", json={"bundle": "construction-start"}).json()
    token = sign_in(anyone, "applicant")
    kind, written = FORM[encoding]
    told = f"_csrf_token={token}" if encoding == "urlencoded" else token
    page = anyone.get(f"/apply/{draft['id']}", follow_redirects=True)
    answer = anyone.post(
        page.url.path,
        content=written.replace("{token}", told).encode("latin-1"),
        headers={"content-type": kind},
    )
    assert answer.status_code == 400 and "UTF-8" in answer.text
    kept = bearing("applicant").get(f"/api/v1/drafts/{draft['id']}").json()
    assert kept["answers"] == draft["answers"]


def test_what_is_too_large_is_told_the_limit_and_how_to_go_on(bearing: Callable[[str], Program]) -> None:
    large = b'{"bundle": "' + b"x" * 2_000_000 + b'"}'
    for path in ("/api/v1/drafts", "/api/v1/designer/definitions"):
        program = bearing("applicant" if "drafts" in path else "admin")
        problem = program.post(path, content=large, headers=JSON).json()
        assert problem["status"] == 413 and problem["code"] == "too-large"
        assert problem["message"]["zh"] == "提交的内容超过上限 2 MB"
        assert problem["message"]["en"] == "what was sent is more than the limit of 2 MB"
        assert "分几次" in problem["remedy"]["zh"] and "in parts" in problem["remedy"]["en"]


@pytest.mark.parametrize(
    "answers", [{"project": 7}, {"project": []}, {"project": {"floor_area": "很大"}}, {"x": None}]
)
def test_answers_of_the_wrong_shape_are_told_not_broken(
    bearing: Callable[[str], Program], answers: dict[str, object]
) -> None:
    answer = bearing("applicant").post("/api/v1/bundles/construction-start/state", json={"answers": answers})
    assert answer.status_code == 200
    assert answer.json()["errors"]


def test_a_stale_revision_and_a_stale_form_lose_nothing(bearing: Callable[[str], Program]) -> None:
    program = bearing("applicant")
    draft = program.post("/api/v1/drafts", json={"bundle": "construction-start"}).json()
    address = f"/api/v1/drafts/{draft['id']}"
    first = program.request(
        "PUT", address, json={"answers": {"project": {"name": "甲"}}, "revision": draft["revision"]}
    )
    assert first.status_code == 200
    stale = program.request("PUT", address, json={"answers": {}, "revision": draft["revision"]})
    assert stale.status_code == 409 and stale.json()["code"] == "draft-changed-elsewhere"
    old = program.post(
        f"{address}/submit", json={"package": "sha256:old", "revision": 1, "idempotency_key": "k" * 20}
    )
    assert old.status_code == 409 and old.json()["code"] == "form-changed"
    assert program.get(address).json()["answers"]["project"]["name"] == "甲"


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return content.getvalue()


FILES = [
    (b"%PDF-1.7\n", "pdf"),
    (b"\x89PNG\r\n\x1a\n....", "png"),
    (b"\xff\xd8\xff\xe0....", "jpeg"),
    (archive("OFD.xml", "Doc_0/Document.xml"), "ofd"),
    (archive("word/document.xml"), "docx"),
    (archive("evil.exe"), None),
    (b"PK\x03\x04broken", None),
    (b"MZ\x90\x00", None),
    (b"<svg onload=alert(1)>", None),
]


@pytest.mark.parametrize(("content", "kind"), FILES)
def test_a_file_is_what_its_content_is(content: bytes, kind: str | None) -> None:
    assert format_of(content) == kind


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "empty-file"),
        ("a.pdf", b"MZ\x90\x00", "file-type"),
        ("a.exe", b"%PDF-1.7", "file-lies"),
        ("a.png", b"%PDF-1.7", "file-lies"),
        ("a.pdf", b"%PDF-" + b"x" * 2000, "file-too-large"),
    ],
)
def test_an_upload_that_is_not_in_order_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        inspect(name, content, ("pdf", "png"), 1000)
    assert caught.value.code == code and 400 <= caught.value.status < 500


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\扫描件.pdf", "扫描件.pdf"),
        ('a"b<c>|d?.pdf', "a_b_c__d_.pdf"),
        ("\u202egpj.exe.pdf", "gpj.exe.pdf"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_file_names_are_made_harmless(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_an_upload_that_lies_is_refused_and_the_draft_kept(bearing: Callable[[str], Program]) -> None:
    program = bearing("applicant")
    draft = program.post("/api/v1/drafts", json={"bundle": "construction-start"}).json()
    answer = program.post(
        f"/api/v1/drafts/{draft['id']}/materials",
        data={"material": "site-plan"},
        files={"file": ("总平面图.pdf", b"MZ\x90\x00not a pdf", "application/pdf")},
    )
    assert answer.status_code == 415
    good = program.post(
        f"/api/v1/drafts/{draft['id']}/materials",
        data={"material": "site-plan"},
        files={"file": ("总平面图.pdf", b"%PDF-1.4 ...", "application/pdf")},
    )
    assert good.status_code == 201, good.text
    assert [f["filename"] for f in program.get(f"/api/v1/drafts/{draft['id']}").json()["files"]] == [
        "总平面图.pdf"
    ]


def test_more_files_than_a_material_takes_are_refused_and_the_others_kept(
    bearing: Callable[[str], Program],
) -> None:
    program = bearing("applicant")
    draft = program.post("/api/v1/drafts", json={"bundle": "construction-start"}).json()
    kept = len(program.get(f"/api/v1/drafts/{draft['id']}").json()["files"])
    codes, tried = [], 12
    for number in range(tried):
        answer = program.post(
            f"/api/v1/drafts/{draft['id']}/materials",
            data={"material": "site-plan"},
            files={"file": (f"{number}.pdf", b"%PDF-1.4 " + str(number).encode(), "application/pdf")},
        )
        codes.append(answer.status_code)
    taken = codes.count(201)
    assert 0 < taken < tried and codes == [201] * taken + [409] * (tried - taken)
    assert answer.json()["code"] == "too-many-files"
    assert all(answer.json()[part][lang] for part in ("message", "remedy") for lang in ("zh", "en"))
    assert len(program.get(f"/api/v1/drafts/{draft['id']}").json()["files"]) == kept + taken


def test_a_file_field_is_answered_through_the_api(bearing: Callable[[str], Program]) -> None:
    program = bearing("applicant")
    draft = program.post("/api/v1/drafts", json={"bundle": "individual-to-enterprise"}).json()["id"]
    address = f"/api/v1/drafts/{draft}"
    sent = {"files": {"file": ("决议.pdf", b"%PDF-1.4 ...", "application/pdf")}}
    good = program.post(f"{address}/materials", data={"material": "field:/company/resolution"}, **sent)
    assert good.status_code == 201, good.text
    assert program.get(address).json()["answers"]["company"]["resolution"]["filename"] == "决议.pdf"
    bad = program.post(f"{address}/materials", data={"material": "field:/company/name"}, **sent)
    assert bad.status_code == 404


def test_submitting_twice_is_one_case(bearing: Callable[[str], Program], platform: Platform) -> None:
    """A whole application through the API, submitted, retried, and pressed once more with another key."""
    program, bundle = bearing("applicant"), "construction-start"
    today = platform.drafts.today()
    composition = platform.compositions.current(bundle, today).composition
    draft = program.post("/api/v1/drafts", json={"bundle": bundle}).json()
    address = f"/api/v1/drafts/{draft['id']}"
    answers = sample_answers(composition, today, 4, calendar=platform.calendar)
    saved = program.request("PUT", address, json={"answers": answers, "revision": draft["revision"]}).json()
    reviewed = {"package": composition.digest, "revision": saved["revision"]}
    early = program.post(f"{address}/submit", json={**reviewed, "idempotency_key": "key-of-a-retry-1"})
    assert early.status_code == 422
    asked = [p["pointer"].removeprefix("material:") for p in early.json()["problems"]]
    assert asked
    for material in asked:
        kind = composition.package["materials"][material]["formats"][0]
        file = {"file": (f"材料.{kind}", sample_file(kind), MEDIA_TYPES[kind])}
        sent = program.post(f"{address}/materials", data={"material": material}, files=file)
        assert sent.status_code == 201, sent.text
    cases = [
        program.post(f"{address}/submit", json={**reviewed, "idempotency_key": key})
        for key in ("key-of-a-retry-1", "key-of-a-retry-1", "key-of-a-retry-2")
    ]
    assert {answer.status_code for answer in cases} == {201}
    assert len({answer.json()["number"] for answer in cases}) == 1
    late = program.request("PUT", address, json={"answers": {}, "revision": saved["revision"]})
    assert late.status_code == 409 and late.json()["code"] == "already-submitted"


def test_what_is_too_large_for_a_page_is_refused_and_the_draft_kept(
    anyone: Client, platform: Platform
) -> None:
    token = sign_in(anyone, "applicant")
    started = anyone.post(
        "/bundles/individual-to-enterprise/start", data={"_csrf_token": token}, follow_redirects=False
    )
    draft = started.headers["location"].rsplit("/", 1)[-1]
    address = f"/apply/{draft}/form/household"
    form = {"_csrf_token": token, "_asked": "/household/name", "_go": "stay"}
    assert anyone.post(address, data={**form, "/household/name": "小雨食品店"}).status_code == 200
    huge = anyone.post(address, data={**form, "/household/name": "x" * 10_000_000})
    assert 400 <= huge.status_code < 500 and "<html" in huge.text
    account = platform.accounts.find("applicant")
    assert account is not None
    assert platform.drafts.get(account, draft).answers["household"]["name"] == "小雨食品店"


def test_a_number_without_end_is_no_number(anyone: Client) -> None:
    """Python reads no number of more than 4,300 digits, and a database none of more than some twenty."""
    assert [whole_number(raw) for raw in ("12", "", "-1", "１２", "9" * 9, "9" * 10, "9" * 5_000)] == [
        12, None, None, None, 999_999_999, None, None,
    ]  # fmt: skip
    sign_in(anyone, "admin")
    for digits in ("7", "9" * 30, "9" * 5_000):
        missed = anyone.get(f"/rulesets/individual-to-enterprise.eligibility/{digits}")
        assert missed.status_code == 404 and "<html" in missed.text
        shown = anyone.get(f"/designer/ruleset/individual-to-enterprise.eligibility?tab=rules&page={digits}")
        assert shown.status_code == 200 and "在失信名单" in shown.text
