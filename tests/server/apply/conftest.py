from tests.server.shell.conftest import anyone, app, bearing, clock, platform

__all__ = ["anyone", "app", "bearing", "clock", "platform"]
