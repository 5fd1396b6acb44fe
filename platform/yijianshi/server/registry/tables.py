"""The registry's tables."""

from __future__ import annotations

from ..store import Table

DRAFTS = Table(
    "definition_drafts",
    {
        "id": "text",  # kind:code
        "kind": "text",
        "code": "text",
        # text, not JSON: the author finds his keys in the order he wrote them
        "document": "text",
        "author": "text",
        "updated_at": "text",
        "revision": "integer",
        "state": "text",
        "base_version": "integer",
        "comments": "json",
        # when the draft was begun: two drafts of one definition, one after the other, are told apart by it
        "born": "text",
        # everybody who changed it: none of them may approve it
        "authors": "json",
        # kind:code of the draft it was submitted with, and will be published with
        "together": "text",
    },
    key="id",
    indexes=(("state", "updated_at"),),
    required=("kind", "code", "document", "author", "updated_at", "revision", "state"),
)

VERSIONS = Table(
    "definition_versions",
    {
        "id": "text",  # kind:code@version
        "kind": "text",
        "code": "text",
        "version": "integer",
        "digest": "text",
        # the canonical text whose SHA-256 is the digest
        "document": "text",
        "published_at": "text",
        "author": "text",
        "reviewer": "text",
        "effective_from": "text",
        "effective_to": "text",
        "lock": "json",
        "retired_at": "text",
        "retired_by": "text",
    },
    key="id",
    unique=(("kind", "code", "version"),),
    indexes=(("digest",), ("retired_at",)),
    required=("kind", "code", "version", "digest", "document", "published_at", "author", "reviewer"),
    immutable=(
        "id",
        "kind",
        "code",
        "version",
        "digest",
        "document",
        "published_at",
        "author",
        "reviewer",
        "effective_from",
        "effective_to",
        "lock",
    ),
)

RETIREMENTS = Table(
    "definition_retirements",
    {
        "id": "text",  # kind:code
        "kind": "text",
        "code": "text",
        "version": "integer",
        "reason": "text",
        "asked_by": "text",
        "asked_at": "text",
    },
    key="id",
    indexes=(("asked_at",),),
    required=("kind", "code", "version", "reason", "asked_by", "asked_at"),
)

TABLES = (DRAFTS, VERSIONS, RETIREMENTS)
