"""The engines beside the core: durable_rules, the engine of record."""
