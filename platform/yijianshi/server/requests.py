"""Requests read strictly: what programs would read differently is refused, not guessed at."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.types import Empty

from ..core.definitions.canonical import loads


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON has no key twice, no NaN and no endless nesting, and whose form is UTF-8."""

    async def json(self) -> Any:
        """Give the body as JSON; raises MalformedJson with the line, or the place, and what to mend."""
        if self._connection_state.json is Empty:
            body = await self.body()
            # how much may be sent is the route's to say, and has been held against by now
            self._connection_state.json = loads(body or b"null", max_bytes=len(body) + 4)
        return self._connection_state.json

    async def form(self) -> FormMultiDict:
        """Give the form; raises UnicodeDecodeError when its fields are no UTF-8."""
        if self._connection_state.form is Empty and self.content_type[0] == RequestEncodingType.URL_ENCODED:
            found: dict[str, list[str]] = {}
            # a field left empty says that its answer is taken back
            for name, value in parse_qsl(
                (await self.body()).decode(), keep_blank_values=True, errors="strict"
            ):
                found.setdefault(name, []).append(value)
            self._connection_state.form = {
                name: each if len(each) > 1 else each[0] for name, each in found.items()
            }
        return await super().form()
