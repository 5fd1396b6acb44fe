"""The rule language: parse, compile, evaluate, explain."""
