"""What a page sends twice, late, or while it is being closed: each event is carried out once, and nothing is overwritten."""

from __future__ import annotations

import pytest

from yijianshi.server.context import Platform
from yijianshi.server.designer.last_words import Left, carried_out
from yijianshi.server.designer.service import Saved, Sent
from yijianshi.server.errors import Refusal

from tests.server.designer.test_drafting import Programs, fill, fresh
from tests.server.shell.conftest import anyone, app, bearing, clock, platform

__all__ = ["anyone", "app", "bearing", "clock", "platform"]

UNDO = ("do", '{"op":"undo"}')


def send(
    platform: Platform, code: str, page: str, first: int, *events: tuple[str, str], by: str = "admin"
) -> Saved:
    """Send events of a page that has seen nothing but the first revision."""
    sent = Sent(page, tuple(range(first, first + len(events))))
    return platform.designer.carry_out("element", code, by, 1, events, {}, "zh", sent)


def kept(platform: Platform, code: str) -> tuple[int, str | None, str | None]:
    draft = platform.registry.draft("element", code)
    assert draft is not None
    return draft.revision, draft.document.get("unit"), draft.document.get("standard")


def test_what_is_sent_twice_is_carried_out_once(platform: Platform) -> None:
    code = fresh(platform, "probe.twice")
    first, second = fill(["unit"], "个"), fill(["standard"], "GB/T 1")
    send(platform, code, "page", 1, first, second, UNDO)
    assert kept(platform, code) == (2, "个", None)
    # the page was closed before it heard of it, and sent that again with what came after
    send(platform, code, "page", 1, first, second, UNDO, fill(["unit"], "台"))
    assert kept(platform, code) == (3, "台", None)
    # what had been under way comes last
    send(platform, code, "page", 1, first, second)
    assert kept(platform, code) == (3, "台", None)
    assert len(platform.designer.opened("element", code).log) == 4


def test_what_another_page_did_in_between_is_never_overwritten(platform: Platform) -> None:
    code = fresh(platform, "probe.between")
    send(platform, code, "page", 1, fill(["unit"], "个"))
    send(platform, code, "other", 1, fill(["standard"], "GB/T 1"))
    send(platform, code, "page", 2, fill(["unit"], "台"))
    assert kept(platform, code) == (4, "台", "GB/T 1")
    with pytest.raises(Refusal) as refused:
        send(platform, code, "page", 3, fill(["standard"], "GB/T 2"))
    assert refused.value.code == "edited-twice"
    assert kept(platform, code) == (4, "台", "GB/T 1")


def test_a_page_that_is_closed_lets_go_once_its_last_words_are_kept(
    platform: Platform, bearing: Programs
) -> None:
    code = fresh(platform, "probe.leaving")
    leases = platform.designer.leases
    leases.ask("element", code, "admin")
    leases.ask("element", code, "admin2")
    name, value = fill(["unit"], "个")
    body = {
        "revision": 1,
        "events": [[name, value]],
        "page": "p",
        "numbers": [1],
        "quiet": True,
        "leaving": True,
    }
    answer = bearing("admin").post(f"/designer/element/{code}/events", json=body)
    assert answer.status_code == 200
    assert kept(platform, code)[1] == "个"
    lease = leases.holder("element", code)
    assert lease is not None and lease.holder == "admin2"
    # the same once more, from a request that was late, takes nothing from the next
    assert bearing("admin").post(f"/designer/element/{code}/events", json=body).status_code == 200
    lease = leases.holder("element", code)
    assert lease is not None and lease.holder == "admin2"


def left_of(platform: Platform, code: str, *events: tuple[str, str]) -> tuple[int, int, list[Left]]:
    """Send what a page left that has seen nothing but the first revision."""
    sent = Sent("page", tuple(range(1, len(events) + 1)))
    return carried_out(platform.designer, "element", code, "admin", 1, events, "zh", sent)


def test_of_last_words_what_merges_is_carried_out_and_the_rest_is_given_back(platform: Platform) -> None:
    code = fresh(platform, "probe.last")
    send(platform, code, "other", 1, fill(["standard"], "GB/T 1"))
    words = (fill(["unit"], "个"), fill(["standard"], "GB/T 2"), fill(["effective_from"], "某日"))
    revision, entries, left = left_of(platform, code, *words)
    assert (revision, entries) == (3, 1) and kept(platform, code) == (3, "个", "GB/T 1")
    assert [each.event for each in left] == [1, 2] and not any(each.later for each in left)
    assert all("GB/T 2" in left[0].message[lang] and "某日" in left[1].message[lang] for lang in ("zh", "en"))
    # what comes once more has come: only what was refused is refused again
    assert left_of(platform, code, *words[:1])[1:] == (0, [])


def test_last_words_to_a_draft_that_is_shut_wait_for_another_time(platform: Platform) -> None:
    code = fresh(platform, "probe.shut")
    platform.designer.leases.ask("element", code, "admin2")
    words = (fill(["unit"], "个"), fill(["standard"], "GB/T 2"))
    revision, entries, left = left_of(platform, code, *words)
    assert (revision, entries) == (1, 0) and kept(platform, code) == (1, None, None)
    assert [(each.event, each.later) for each in left] == [(0, True), (1, True)]
