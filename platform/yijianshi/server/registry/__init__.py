"""The registry: definitions with their drafts, review, versions and locks."""
