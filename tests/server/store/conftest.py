from tests.postgres import postgres_server, store_url

__all__ = ["postgres_server", "store_url"]
