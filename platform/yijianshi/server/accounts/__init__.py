"""Accounts: who people are, signing in and out, tokens for programs."""
