"""Rulesets to read: as sentences, table and JSON; their findings and cases; tried with sample answers."""
