"""Definitions: kinds, references, canonical JSON, hashes, locks, semantic diff."""
