"""Applicants for measurements: drafts that want only to be submitted, and a served process to submit them to."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any

from ...core.definitions.pointer import MISSING, get
from ...core.definitions.types import Json
from ...core.forms.samples import sample_answers
from ...server.accounts.service import Account
from ...server.apply.filling import FIELD_FORMATS
from ...server.cases.service import Case
from ...server.context import Platform
from ...server.settings import Settings
from ...server.uploads import inspect
from ...server.walkthrough import sample_file

BUNDLE = "construction-start"
PASSWORD = "a-measurement-only"  # noqa: S105 - of accounts in a store that is thrown away
START_SECONDS = 60
ANSWER_SECONDS = 120
_MAIN = "from yijianshi.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Application:
    """A draft filled in whole, whose it is, and what its submission says."""

    account: Account
    token: str
    draft: str
    package: str
    revision: int

    @property
    def key(self) -> str:
        """The key of its submission."""
        return f"bench-{self.draft}"

    def submit(self, platform: Platform) -> Case:
        """Submit it to the services themselves."""
        return platform.submissions.submit(self.account, self.draft, self.package, self.revision, self.key)


def applications(platform: Platform, mark: str, many: int) -> list[Application]:
    """Make so many applicants with a draft each, materials and all."""
    today = platform.drafts.today()
    composition = platform.compositions.current(BUNDLE, today).composition
    answers = sample_answers(composition, today, 1, calendar=platform.calendar)
    return [_application(platform, f"{mark}-{number}", answers) for number in range(many)]


def _application(platform: Platform, name: str, answers: dict[str, Json]) -> Application:
    account = platform.accounts.create(name, PASSWORD, "applicant", name)
    _, token = platform.accounts.sign_in(name, PASSWORD, "bench", "token")
    draft = platform.drafts.begin(account, BUNDLE, {})
    composition = platform.drafts.open(account, draft).composed.composition
    changes: dict[str, Json] = {}
    for pointer, field in composition.fields.items():
        value = get(answers, pointer)
        if value is MISSING or field.compute or field.type == "note":
            continue
        if field.type == "file":
            upload = inspect("附件.pdf", sample_file("pdf"), FIELD_FORMATS)
            kept = platform.materials.attach_to_field(account, draft, pointer, upload)
            value = {"upload": kept.id, "filename": kept.filename}
        changes[pointer] = value
    platform.drafts.save(account, draft, changes)
    work = platform.drafts.open(account, draft)
    for material in work.state.materials:
        if material.asked:
            kind = platform.materials.definition(work, material.code)["formats"][0]
            upload = inspect(f"材料.{kind}", sample_file(kind), [kind])
            platform.materials.attach(account, draft, material.code, upload)
    work = platform.drafts.open(account, draft)
    return Application(account, token, draft, work.composed.composition.digest, work.draft.revision)


class Served:
    """The platform as ``yijianshi serve`` runs it, in a process of its own, until the block ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __enter__(self) -> Served:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        folder = str(Path(__file__).parents[3])
        command = [sys.executable, "-c", _MAIN, "serve", "--port", str(self._port)]
        command += ["--database", self._settings.url, "--data", str(self._settings.data)]
        self._process = subprocess.Popen(  # noqa: S603 - this very program
            command,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": folder, "YIJIANSHI_SECRET": self._settings.secret},
        )
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
            except OSError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("the platform did not start") from None
                time.sleep(0.05)
            else:
                return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait(START_SECONDS)

    def submit(self, connection: HTTPConnection, each: Application) -> str:
        """Submit one over HTTP; gives the id of its case once it is acknowledged."""
        said = {"package": each.package, "revision": each.revision, "idempotency_key": each.key}
        headers = {"authorization": f"Bearer {each.token}", "content-type": "application/json"}
        connection.request("POST", f"/api/v1/drafts/{each.draft}/submit", json.dumps(said), headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status}: {content.decode()[:500]}")
        case: dict[str, Any] = json.loads(content)
        return str(case["id"])

    def crowd(self, ready: Sequence[Application]) -> tuple[tuple[float, ...], dict[str, str]]:
        """Submit all at the same moment; gives the milliseconds each waited, and the cases by draft."""
        start = threading.Barrier(len(ready))

        def one(each: Application) -> tuple[float, str]:
            connection = HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)
            try:
                connection.connect()
                start.wait()
                began = time.perf_counter()
                case = self.submit(connection, each)
                return (time.perf_counter() - began) * 1000, case
            finally:
                connection.close()

        with ThreadPoolExecutor(len(ready)) as pool:
            told = list(pool.map(one, ready))
        cases = {each.draft: case for each, (_, case) in zip(ready, told, strict=True)}
        return tuple(waited for waited, _ in told), cases

    def killed(self, ready: Sequence[Application]) -> dict[str, str]:
        """Submit from eight connections, kill the process half-way; gives the acknowledged cases by draft."""
        cases: dict[str, str] = {}
        enough = threading.Event()

        def one(each: Application) -> None:
            connection = HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)
            try:
                cases[each.draft] = self.submit(connection, each)
            except (OSError, HTTPException):
                return  # the process is gone: nothing was acknowledged
            finally:
                connection.close()
            if len(cases) >= len(ready) // 2:
                enough.set()

        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(one, each) for each in ready]
            enough.wait(ANSWER_SECONDS)
            self._process.send_signal(signal.SIGKILL)
        self._process.wait(START_SECONDS)
        for each_asked in asked:
            each_asked.result()
        return cases
