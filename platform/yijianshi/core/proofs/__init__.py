"""Proofs: the hash chain of the journal."""
