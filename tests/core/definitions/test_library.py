"""A library knows who refers to a definition, also after one of its documents is another."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.definitions.library import Library, references
from yijianshi.server.files import shipped_library

SHIPPED = shipped_library()
KEYS = sorted((document["kind"], document["code"]) for document in SHIPPED)
BUNDLES = [document for document in SHIPPED if document["kind"] == "bundle"]


def read(library: Library, kind: str, code: str) -> list[tuple[str, str]]:
    """Read who refers to a definition out of every document."""
    return sorted(
        (document["kind"], document["code"])
        for document in library
        if any(found[:2] == (kind, code) for found in references(document))
    )


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(BUNDLES), st.integers(0, 11), st.sampled_from(KEYS)), max_size=4))
def test_users_are_who_refers_to_it_whatever_was_asked_before_a_document_changed(
    edits: list[tuple[dict[str, object], int, tuple[str, str]]],
) -> None:
    library = SHIPPED
    for bundle, kept, asked in edits:
        assert library.users(*asked) == read(library, *asked)
        before = library
        matters = bundle["matters"]
        assert isinstance(matters, list)
        library = library.with_([{**bundle, "matters": matters[:kept]}])
        for part in matters:
            assert library.users("matter", part["matter"]) == read(library, "matter", part["matter"])
        assert before.users(*asked) == read(before, *asked)
