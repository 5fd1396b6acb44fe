"""The tables of the applicant's drafts."""

from __future__ import annotations

from ..store.protocol import Table

TABLES = (
    Table(
        "drafts",
        {
            "id": "text",
            "bundle": "text",
            "applicant": "text",
            "answers": "blob",  # encrypted with the draft's own key
            "wrapped_key": "blob",
            "revision": "integer",
            "package_digest": "text",  # the form he was last told of
            "lock": "json",  # the versions that form was made of
            "created_at": "text",
            "updated_at": "text",
            "case_id": "text",  # set once, when the draft has become a case
        },
        key="id",
        indexes=(("applicant", "case_id"),),
        required=("bundle", "applicant", "answers", "wrapped_key", "revision", "created_at", "updated_at"),
    ),
    Table(
        "draft_materials",
        {
            "id": "text",
            "draft": "text",
            "material": "text",
            "filename": "text",
            "media_type": "text",
            "size": "integer",
            "digest": "text",
            "content": "blob",  # encrypted with the draft's own key
            "uploaded_at": "text",
        },
        key="id",
        indexes=(("draft", "material"),),
        required=("draft", "material", "filename", "media_type", "size", "digest", "content", "uploaded_at"),
        references={"draft": "drafts"},
    ),
)
