"""What earlier pages could not have kept comes once more, when the definition is opened again."""

from __future__ import annotations

from dataclasses import asdict

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import FromPath, JSONBody

from ...core.definitions.types import Json
from ...core.designer.sentences import Lang
from ..context import Platform
from ..registry.api import EDIT, AnyRequest
from ..templating import language
from .last_words import carried_out
from .posts import EventsBody, value_of


class LastWordsPages(Controller):
    """What a page's script asks for at its start; kept out of the OpenAPI document."""

    path = "/designer"
    include_in_schema = False

    @post("/{kind:str}/{code:str}/events/again", opt=EDIT, status_code=200, sync_to_thread=True)
    def again(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[EventsBody],
    ) -> dict[str, Json]:
        """Carry out what merges; gives the ``revision``, the number of ``entries``, and in ``left`` what was refused."""
        events = [(str(name), value_of(value)) for name, value in data.events]
        lang: Lang = "en" if language(request) == "en" else "zh"
        if data.sent is None:
            raise ValidationException("every event has a number, and the page that it comes from a name")
        revision, entries, left = carried_out(
            platform.designer, kind, code, request.user.name, data.revision, events, lang, data.sent
        )
        return {"revision": revision, "entries": entries, "left": [asdict(each) for each in left]}
