"""The whole platform over a temporary database, and people signed in to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from yijianshi.server.app import create_app
from yijianshi.server.assets import build
from yijianshi.server.context import Platform, now
from yijianshi.server.demo import PASSWORD
from yijianshi.server.files import root
from yijianshi.server.settings import Settings

Client = TestClient[Litestar]


class Clock:
    """A clock that tests can move."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Platform]:
    build(root())
    opened = Platform.open(Settings(data=tmp_path_factory.mktemp("shell")), clock, cheap_passwords=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(platform: Platform) -> Litestar:
    return create_app(platform=platform)


@pytest.fixture
def anyone(app: Litestar) -> Iterator[Client]:
    """A browser in which nobody is signed in."""
    with TestClient(app, base_url="http://testserver.local") as client:
        yield client


class Program:
    """A program with a bearer token; it shares the test client's connection, never its cookies."""

    def __init__(self, client: Client, secret: str) -> None:
        self._client = client
        self._token = f"Bearer {secret}"

    def request(self, method: str, path: str, **more: Any) -> Response:
        """Make a request with the token."""
        self._client.cookies.clear()
        headers = {**more.pop("headers", {}), "authorization": self._token}
        return self._client.request(method, path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Response:
        """GET with the token."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> Response:
        """POST with the token."""
        return self.request("POST", path, **more)


@pytest.fixture
def bearing(anyone: Client, platform: Platform) -> Callable[[str], Program]:
    """Programs with a bearer token, by account."""

    def make(name: str) -> Program:
        _, secret = platform.accounts.sign_in(name, PASSWORD, "test", "token")
        return Program(anyone, secret)

    return make


def token_in(html: str) -> str:
    """Give the CSRF token that a page's forms carry."""
    found = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', html)
    assert found, "the page has no form"
    return found[1]


def sign_in(client: Client, name: str) -> str:
    """Sign in through the form; gives the CSRF token of this browser."""
    token = token_in(client.get("/sign-in").text)
    answer = client.post(
        "/sign-in",
        data={"_csrf_token": token, "name": name, "password": PASSWORD, "next": "/account"},
        follow_redirects=False,
    )
    assert answer.status_code == 303, answer.text
    return token
