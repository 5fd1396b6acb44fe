from tests.server.shell.conftest import anyone, app, clock, platform

__all__ = ["anyone", "app", "clock", "platform"]
