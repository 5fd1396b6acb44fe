"""What only holds a place is told, and keeps a definition from being published."""

from __future__ import annotations

from yijianshi.core.checks import Source, check
from yijianshi.server.designer.starts import start
from yijianshi.server.files import meta_schemas, shipped_library


def test_a_new_matter_has_its_department_still_to_be_written() -> None:
    library = shipped_library()
    document = start("matter", "new-matter", "新事项")
    found = check([Source("x", document)], meta_schemas(), library)
    places = {p.pointer for p in found if p.code == "to-be-written" and p.severity == "error"}
    assert places == {"/department/code", "/department/name/zh"}
    assert all("to-be-named" not in str(p.message) for p in found)
    named = {**document, "department": library.get("matter", "road-occupation")["department"]}
    found = check([Source("x", named)], meta_schemas(), library)
    assert "to-be-written" not in {p.code for p in found}


def test_a_bound_is_told_in_words_and_not_by_its_keyword() -> None:
    bundle = {**shipped_library().get("bundle", "construction-start"), "matters": []}
    found = check([Source("b.json", bundle)], meta_schemas(), shipped_library())
    (problem,) = [each for each in found if each.pointer == "/matters" and each.code == "schema-minItems"]
    assert problem.message == {"zh": "至少应有 1 项", "en": "there must be 1 or more"}
