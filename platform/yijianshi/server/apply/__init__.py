"""Applying: the guide of a bundle, drafts, the form, materials, and submission."""
