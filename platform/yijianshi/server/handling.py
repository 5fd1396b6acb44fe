"""Every error becomes a page or problem details: what is wrong, and how to go on."""

from __future__ import annotations

import json
import logging
import re
import secrets
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Template
from litestar.types import ExceptionHandlersMap

from ..core.definitions.canonical import MalformedJson
from ..core.definitions.types import Problem, Text, text
from .errors import Refusal
from .store.errors import Busy, Unstorable

AnyRequest = Request[Any, Any, Any]
_LOG = logging.getLogger("yijianshi")
_PAGE = re.compile(r"https?://(?P<host>[^/?#]+)(?P<path>/(?![/\\])[^#]*)(?:#.*)?")

_BY_STATUS: dict[int, tuple[str, Text, Text]] = {
    400: (
        "bad-request",
        text("请求的内容无法读取", "the request cannot be read"),
        text("请检查格式后重试", "check its form and try again"),
    ),
    404: (
        "not-found",
        text("没有找到这个页面", "there is no such page"),
        text("请从首页重新进入", "start again from the home page"),
    ),
    405: (
        "method-not-allowed",
        text("该地址不支持这种操作", "this address does not take that method"),
        text("请从页面上的按钮操作", "use the buttons of the page"),
    ),
    413: (
        "too-large",
        text("提交的内容过大", "what was sent is too large"),
        text(
            "请精简内容，或分几次提交；文件可先压缩，一次少选几个",
            "shorten it, or send it in parts; compress files first, or choose fewer at a time",
        ),
    ),
    415: (
        "unsupported-media-type",
        text("不支持这种内容类型", "this type of content is not taken"),
        text("请改用页面提示的格式", "use one of the types the page names"),
    ),
    429: (
        "too-many-requests",
        text("请求过于频繁", "too many requests"),
        text("请稍后再试", "try again in a while"),
    ),
}


def wants_json(request: AnyRequest) -> bool:
    """Tell whether the answer should be JSON: the API, or a program that says so."""
    if request.url.path.startswith("/api/"):
        return True
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def came_from(request: AnyRequest) -> str:
    """Give the page of this site that the request was made on, empty when it is another's or the same."""
    page = _PAGE.fullmatch(request.headers.get("referer", ""))
    if page is None or page["host"] != request.headers.get("host", ""):
        return ""
    same = request.method == "GET" and page["path"].partition("?")[0] == request.url.path
    return "" if same else page["path"]


def refused(request: AnyRequest, refusal: Refusal) -> Response[Any]:
    """Answer a refusal."""
    headers = {}
    seconds = getattr(refusal, "seconds", None)
    if seconds is not None:
        headers["Retry-After"] = str(seconds)
    if wants_json(request):
        return Response(
            refusal.to_json(),
            status_code=refusal.status,
            media_type="application/problem+json",
            headers=headers,
        )
    fragment = request.headers.get("hx-request") == "true"
    if refusal.status == 401 and not fragment and request.state.get("kept"):
        again = {"again": request.url.path, "kept": json.dumps(request.state.kept, ensure_ascii=False)}
        context = {"refusal": refusal, "next": "/", "name": "", **again}
        return Template("accounts/sign_in.html", context=context, status_code=401, headers=headers)
    context = {
        "refusal": refusal,
        "next": request.url.path if request.method == "GET" else "/",
        "back": came_from(request),
    }
    name = "error_fragment.html" if fragment else "error.html"
    return Template(name, context=context, status_code=refusal.status, headers=headers)


def on_refusal(request: AnyRequest, error: Refusal) -> Response[Any]:
    """Answer what a service refused."""
    return refused(request, error)


def on_http(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Answer what the framework refused."""
    code, message, remedy = _BY_STATUS.get(error.status_code, _BY_STATUS[400])
    limit = _limit(request) if error.status_code == 413 else None
    if limit:
        shown = f"{limit / 1_000_000:.3g} MB"
        message = text(f"提交的内容超过上限 {shown}", f"what was sent is more than the limit of {shown}")
    problems = _problems(error) if isinstance(error, ValidationException) else []
    return refused(request, Refusal(error.status_code, code, message, remedy, problems))


def _limit(request: AnyRequest) -> int | None:
    """Give the bytes a request to this address may have, where it has a limit."""
    limit = request.route_handler.resolve_request_max_body_size()
    return limit if isinstance(limit, int) else None


def _problems(error: ValidationException) -> list[Problem]:
    extra = error.extra if isinstance(error.extra, list) else []
    return [
        Problem(
            "/" + str(item.get("key", "")).replace(".", "/"),
            "invalid",
            text("此项的值不符合要求", str(item.get("message", ""))[:300]),
            text("请参照接口文档改正", "see the API's documentation"),
        )
        for item in extra
        if isinstance(item, dict)
    ]


def on_malformed(request: AnyRequest, error: MalformedJson) -> Response[Any]:
    """Answer JSON that cannot be read."""
    problem = error.problem
    status = 413 if problem.code == "too-large" else 400
    return refused(request, Refusal(status, problem.code, problem.message, problem.remedy, [problem]))


def on_recursion(request: AnyRequest, error: RecursionError) -> Response[Any]:
    """Answer a document nested too deeply for the decoder."""
    message = text("内容嵌套过深", "the content is nested too deeply")
    return refused(request, Refusal(400, "too-deep", message, text("请减少嵌套层数", "nest less deeply")))


def on_not_text(request: AnyRequest, error: UnicodeDecodeError) -> Response[Any]:
    """Answer bytes that are no UTF-8 where text is wanted."""
    message = text("内容不是 UTF-8 编码", "the content is not UTF-8")
    return refused(request, Refusal(400, "not-utf8", message, text("请改用 UTF-8 编码", "send it in UTF-8")))


def on_busy(request: AnyRequest, error: Busy) -> Response[Any]:
    """Answer that the store is busy."""
    message = text("系统繁忙，本次操作没有保存", "the system is busy; nothing was saved")
    return refused(request, Refusal(503, "busy", message, text("请稍后重试", "try again in a moment")))


def on_unstorable(request: AnyRequest, error: Unstorable) -> Response[Any]:
    """Answer a value no database keeps, such as text with a null character."""
    message = text("内容中含有无法保存的字符", "the content holds characters that cannot be stored")
    return refused(
        request, Refusal(422, "unstorable", message, text("请删去特殊控制字符", "remove control characters"))
    )


def on_anything(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer what nobody foresaw: logged under a number, without the request's content."""
    number = secrets.token_hex(6)
    _LOG.error("unexpected error %s at %s %s", number, request.method, request.url.path, exc_info=error)
    message = text(f"系统出现意外错误（编号 {number}）", f"something unexpected went wrong (number {number})")
    remedy = text(
        "已保存的内容不受影响。请稍后重试，或把编号告诉管理员",
        "what was saved is safe. Try again later, or tell an administrator the number",
    )
    return refused(request, Refusal(500, "unexpected", message, remedy))


HANDLERS: ExceptionHandlersMap = {
    Refusal: on_refusal,
    HTTPException: on_http,
    MalformedJson: on_malformed,
    RecursionError: on_recursion,
    UnicodeDecodeError: on_not_text,
    Busy: on_busy,
    Unstorable: on_unstorable,
    Exception: on_anything,
}
