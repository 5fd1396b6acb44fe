"""Bundles: several matters composed into one form, one set of materials, one plan."""
