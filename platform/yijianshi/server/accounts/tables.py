"""The tables of accounts and of their sessions."""

from __future__ import annotations

from ..store.protocol import Table

TABLES = (
    Table(
        "accounts",
        {
            "id": "text",
            "name": "text",
            "display_name": "text",
            "role": "text",
            "departments": "json",
            "password": "text",  # argon2id
            "wrapped_key": "blob",
            "personal": "blob",  # id number, phone: encrypted with the account's own key
            "id_hash": "text",  # keyed hash of the ID number, to look it up by
            "active": "boolean",
            "created_at": "text",
        },
        key="id",
        unique=(("name",),),
        indexes=(("id_hash",),),
        required=("name", "display_name", "role", "departments", "password", "active", "created_at"),
    ),
    Table(
        "sessions",
        {
            "id": "text",  # SHA-256 of the secret the browser or program holds
            "account": "text",
            "kind": "text",  # cookie or token
            "created_at": "text",
            "seen_at": "text",
            "expires_at": "text",
        },
        key="id",
        indexes=(("account",), ("expires_at",)),
        required=("account", "kind", "created_at", "seen_at", "expires_at"),
        references={"account": "accounts"},
    ),
)
