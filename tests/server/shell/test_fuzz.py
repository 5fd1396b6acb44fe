"""A fuzz run driven by the OpenAPI document, as every role: whatever is sent, never a 5xx."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from litestar import Litestar

from tests.server.shell.conftest import Program

EXAMPLES = 4
"""For each operation and role; every run makes the same."""


@pytest.mark.parametrize("name", ["applicant", "admin", "staff", "auditor"])
def test_no_operation_breaks(app: Litestar, bearing: Callable[[str], Program], name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_dict(app.openapi_schema.to_schema())
        operations = [found.ok() for found in schema.get_all_operations()]
    program = bearing(name)
    broken: list[str] = []
    tried = 0
    for operation in operations:
        if operation.path == "/api/v1/tokens" and operation.method.upper() == "DELETE":
            continue  # would end the session under test

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @given(data=st.data())
        def send(data: st.DataObject) -> None:
            nonlocal tried
            case = data.draw(operation.as_strategy())  # noqa: B023 - called before the loop goes on
            sent = case.as_transport_kwargs(base_url="http://testserver.local")
            headers = {
                k: v for k, v in dict(sent.get("headers") or {}).items() if k.lower() != "authorization"
            }
            more = {
                key: sent[key]
                for key in ("params", "json", "data", "files", "content")
                if sent.get(key) is not None
            }
            if "files" in more:
                more["files"] = [(name, _part(part)) for name, part in more["files"]]
            try:
                answer = program.request(sent["method"], sent["url"], headers=headers, **more)
            except (UnicodeEncodeError, UnicodeDecodeError, ValueError, TypeError):
                return  # no HTTP client could send it
            tried += 1
            if answer.status_code >= 500:
                broken.append(f"{answer.status_code} {sent['method']} {sent['url']} {more!r:.300}")

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            send()
    assert broken == []
    assert tried > 100


def _part(part: object) -> object:
    """Make a part of a multipart body something that the client can send."""
    if isinstance(part, tuple):
        name, content, *rest = part
        return (name, content if isinstance(content, bytes | str) else str(content), *rest)
    return part if isinstance(part, bytes | str) else str(part)
