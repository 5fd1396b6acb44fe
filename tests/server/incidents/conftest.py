from tests.server.cases.conftest import office

__all__ = ["office"]
