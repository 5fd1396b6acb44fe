"""The measurement of the form builder: its forms are sound, every drop is done, its figures are told."""

from __future__ import annotations

import pytest

from yijianshi.commands.bench.designer import FIELDS, Feedback, Measured, drops_of, matter_of
from yijianshi.core.checks import Source, check
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import PRESSED, Desk, after
from yijianshi.core.designer.operations import Ground
from yijianshi.server.files import meta_schemas, shipped_library


@pytest.mark.parametrize("fields", FIELDS)
def test_the_forms_measured_have_one_finding_at_each_field_and_every_drop_changes_them(fields: int) -> None:
    document, metas = matter_of(fields), meta_schemas()
    library = shipped_library().with_([document])
    findings = tuple(check([Source("bench", document)], metas, library))
    assert [p.code for p in findings] == ["not-its-own-place"] * fields
    desk = Desk(Ground(document, library, metas), findings=findings)
    for drop in drops_of(fields, 12):
        desk, entries = after(desk, [(PRESSED, name_of(drop))])
        assert len(entries) == 1 and not desk.problems


def test_a_drop_that_takes_too_long_fails_the_measurement() -> None:
    quick = Feedback(50, (5.0, 6.0), (30.0, 40.0), 400, 3000)
    slow = Feedback(500, (40.0, 50.0), (900.0, 950.0), 500, 4000)
    assert not Measured((quick,)).failed and Measured((quick, slow)).failed
    assert Measured((quick,)).to_json()["forms"][0]["drop_page_ms"]["p50"] == 35.0
    assert "35.0" in "\n".join(Measured((quick,)).lines("zh")) and "35.0" in "\n".join(
        Measured((quick,)).lines("en")
    )
