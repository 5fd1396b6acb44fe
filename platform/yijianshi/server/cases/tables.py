"""The tables of cases.

What is personal is in blobs under the case's own key (``cases.wrapped_key``): taking that key away
erases it for good and leaves everything else, the journal included, as it is. The other columns
are projections of the events, for lists.
"""

from __future__ import annotations

from ..store.protocol import Table

LOCKS = Table(
    "case_locks",
    {"digest": "text", "bundle": "text", "lock": "json"},
    key="digest",
    indexes=(("bundle",),),
    required=("bundle", "lock"),
    immutable=("digest", "bundle", "lock"),
)
"""The exact versions cases are pinned to; the cases of one day share a few of them."""

CASES = Table(
    "cases",
    {
        "id": "text",
        "number": "text",
        "bundle": "text",
        "title": "json",
        "applicant_id": "text",
        "draft_id": "text",
        "idempotency_key": "text",
        "status": "text",
        "result": "text",
        "lock_digest": "text",
        "package_digest": "text",
        "agreement": "boolean",
        "received_on": "text",
        "submitted_at": "text",
        "closed_at": "text",
        "version": "integer",
        "wrapped_key": "blob",
        "data": "blob",
        "evaluation": "blob",
    },
    key="id",
    indexes=(
        ("applicant_id", "submitted_at"),
        ("status", "submitted_at"),
        ("lock_digest", "submitted_at"),
        ("submitted_at",),
    ),
    unique=(("number",), ("applicant_id", "idempotency_key"), ("draft_id",)),
    required=(
        "number",
        "bundle",
        "title",
        "applicant_id",
        "draft_id",
        "idempotency_key",
        "status",
        "lock_digest",
        "package_digest",
        "agreement",
        "received_on",
        "submitted_at",
        "version",
    ),
    references={"lock_digest": "case_locks"},
)

SUB_CASES = Table(
    "sub_cases",
    {
        "id": "text",
        "case_id": "text",
        "matter": "text",
        "title": "json",
        "department": "text",
        "status": "text",
        "version": "integer",
        "clock": "text",
        "due_on": "text",
        "statutory_due": "text",
        "warn_days": "integer",
        "submitted_at": "text",
        "data": "blob",
    },
    key="id",
    indexes=(("case_id",), ("department", "status", "due_on"), ("status", "due_on"), ("clock", "due_on")),
    unique=(("case_id", "matter"),),
    required=(
        "case_id",
        "matter",
        "title",
        "department",
        "status",
        "version",
        "clock",
        "submitted_at",
        "data",
    ),
    references={"case_id": "cases"},
)

EVENTS = Table(
    "case_events",
    {"id": "text", "case_id": "text", "seq": "integer", "body": "blob"},
    key="id",
    indexes=(("case_id", "seq"),),
    unique=(("case_id", "seq"),),
    required=("case_id", "seq", "body"),
    immutable=("case_id", "seq", "body"),
    references={"case_id": "cases"},
)

MATERIALS = Table(
    "case_materials",
    {
        "id": "text",
        "case_id": "text",
        "material": "text",
        "matters": "json",
        "upload_id": "text",
        "digest": "text",
        "filename": "blob",
        "media_type": "text",
        "size": "integer",
        "received_at": "text",
    },
    key="id",
    indexes=(("case_id", "material"),),
    required=("case_id", "material", "matters", "upload_id", "digest", "filename", "received_at"),
    references={"case_id": "cases"},
)

FILES = Table(
    "case_files",
    {
        "id": "text",
        "case_id": "text",
        "sub_case_id": "text",
        "filename": "blob",
        "media_type": "text",
        "size": "integer",
        "digest": "text",
        "content": "blob",
        "received_at": "text",
    },
    key="id",
    indexes=(("sub_case_id",),),
    required=("case_id", "sub_case_id", "filename", "media_type", "size", "digest", "content", "received_at"),
    references={"case_id": "cases"},
)

NUMBERS = Table("case_numbers", {"day": "text", "last": "integer"}, key="day", required=("last",))

TABLES = (LOCKS, CASES, SUB_CASES, EVENTS, MATERIALS, FILES, NUMBERS)
