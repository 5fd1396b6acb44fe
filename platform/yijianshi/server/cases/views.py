"""Cases as people see them: composed of the versions they are pinned to, with their documents."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from ...core.bundles.compose import Composition
from ...core.bundles.evaluate import evaluate
from ...core.cases.assessment import assess
from ...core.cases.commands import lapsed
from ...core.cases.events import SYSTEM, Accepted, Event, Referred
from ...core.cases.values import Part
from ...core.deadlines import Calendar
from ...core.definitions.types import Json, Text, text
from ...core.rules import Compiled, Facts
from ...core.rules import Verdict as RuleVerdict
from ..errors import Refusal
from ..incidents.service import record as record_incident
from ..security.vault import Vault
from ..store.protocol import Reader, Row, Store, Writer
from ..uploads import Upload
from .intake import DISAGREEMENT
from .model import Case, CaseLine, File, Material
from .records import Loaded, Records
from .tables import FILES, LOCKS, MATERIALS


class Uploads(Protocol):
    """What is needed of the area that keeps the files of a draft."""

    def content(self, applicant: Any, draft: str, upload: str) -> tuple[Any, bytes]:
        """Give a file's description (filename, media_type) and content; raises Refusal 404."""
        ...


class Composed(Protocol):
    """A composition of exact versions."""

    @property
    def composition(self) -> Composition:
        """The composition."""
        ...


class Compositions(Protocol):
    """What is needed to compose a bundle of the versions a case is pinned to."""

    def locked(self, bundle: str, lock: dict[str, Any]) -> Composed:
        """Compose the bundle of exactly the versions in the lock."""
        ...


class Verdict(Protocol):
    """What two engines make of the same question."""

    def to_json(self) -> dict[str, Json]:
        """Give it as JSON; ``agreed`` tells whether they said the same."""
        ...


class Decides(Protocol):
    """What is needed of two engines: to be asked the same, and to tell whether they agree."""

    def decide(self, runs: Sequence[tuple[Compiled, Facts, RuleVerdict]]) -> Verdict:
        """Ask the engine of record what the core has answered."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rules say of a case as of a day, and what two engines made of it."""

    on: date
    evaluation: Mapping[str, Json]
    engines: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class _Owner:
    id: str
    display_name: str = ""


class Views(Records):
    """Reads cases with what belongs to them; the base of both sides of the service."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        calendar: Calendar,
        clock: Callable[[], datetime],
        compositions: Compositions,
        uploads: Uploads,
        region: str,
        regions: Mapping[str, Any] | None = None,
        decider: Decides | None = None,
    ) -> None:
        super().__init__(store, vault, calendar, clock)
        self._decider = decider
        self._regions = regions
        self._compositions = compositions
        self._uploads = uploads
        self._region = region

    def pinned(self, reader: Reader, row: Row) -> tuple[Composition, dict[str, Any]]:
        """Compose the bundle of exactly the versions the case is pinned to; gives the lock as well."""
        kept = reader.get(LOCKS.name, row["lock_digest"])
        lock: dict[str, Any] = kept["lock"] if kept else {}
        return self._compositions.locked(row["bundle"], lock).composition, lock

    def settle(self, writer: Writer, loaded: Loaded) -> Loaded:
        """See Records; what is deemed accepted is assessed as of the day it counts from."""
        lapses = lapsed(loaded.state, self._clock(), self._calendar)
        return self.append(writer, loaded, self.assessed(writer, loaded, lapses))

    def rules_on(self, reader: Reader, row: Row, day: date) -> Rules:
        """Give what the rules a case is pinned to say of it as of a day, and whether the engines agree."""
        composition, _ = self.pinned(reader, row)
        result = evaluate(composition, self.unseal(row, row["data"]), day, self._calendar)
        if self._decider is None:
            return Rules(day, result.to_json(), {"agreed": True})
        runs = [(run.compiled, run.facts, run.verdict) for run in result.runs]
        return Rules(day, result.to_json(), self._decider.decide(runs).to_json())

    def assessed(
        self, writer: Writer, loaded: Loaded, events: Sequence[Event], rules: Rules | None = None
    ) -> list[Event]:
        """Add to each acceptance what the rules say as of its day; ``rules`` are those of today, if asked before.

        Where the engines differ the sub-case goes to a person and an incident is recorded.
        """
        found: list[Event] = []
        for event in events:
            if not isinstance(event, Accepted):
                found.append(event)
                continue
            row, sub = loaded.row, loaded.state.sub(event.sub_case)
            day = date.fromisoformat(event.accepted_on)
            said = rules if rules is not None and rules.on == day else self.rules_on(writer, row, day)
            agreed = bool(said.engines["agreed"])
            before = self.unseal(row, row["evaluation"])
            found.append(replace(event, assessment=assess(before, said.evaluation, sub.matter, agreed)))
            if not agreed:
                found.append(Referred(event.at, SYSTEM, sub.id, DISAGREEMENT))
                case = (loaded.id, loaded.state.number)
                record_incident(writer, self._vault, said.engines, at=event.at, case=case)
        return found

    def case(self, row: Row, reader: Reader) -> Case:
        """Give the whole view of a case."""
        loaded = self.load(reader, row["id"])
        if loaded is None:
            raise unknown_case()
        where = (("case_id", "=", row["id"]),)
        materials = reader.find(MATERIALS.name, where, order=("received_at", "id"))
        files = reader.find(FILES.name, where, order=("received_at", "id"))
        composition, lock = self.pinned(reader, row)
        return self.view(loaded, materials, files, composition, lock)

    def file(self, reader: Reader, row: Row, material_id: str) -> File:
        """Give a document of a case by its id; the caller has seen to it that he may have it."""
        found = reader.get(FILES.name, material_id)
        if found is not None and found["case_id"] == row["id"]:
            content = self._vault.decrypt(row["wrapped_key"], found["content"], case_id=row["id"])
            return File(self.unseal(row, found["filename"]), found["media_type"], content)
        found = reader.get(MATERIALS.name, material_id)
        if found is None or found["case_id"] != row["id"]:
            raise unknown_file()
        description, content = self._uploads.content(
            _Owner(row["applicant_id"]), row["draft_id"], found["upload_id"]
        )
        return File(description.filename, description.media_type, content)

    def view_materials(
        self,
        row: Row,
        materials: Sequence[Row],
        files: Sequence[Row],
        composition: Composition,
        loaded: Loaded,
    ) -> tuple[Material, ...]:
        """Give the documents of a case: those handed in with it, then those of corrections."""
        titles = composition.package["materials"]
        matter_of = {sub.id: sub.matter for sub in loaded.state.sub_cases}
        first = [
            Material(
                each["id"],
                each["material"],
                titles[each["material"]]["title"] if each["material"] in titles else _plain(each["material"]),
                self.unseal(row, each["filename"]),
                each["digest"],
                tuple(each["matters"]),
                each["received_at"],
                each["size"],
            )
            for each in materials
        ]
        later = [
            Material(
                each["id"],
                "",
                text("补正材料", "handed in as a correction"),
                self.unseal(row, each["filename"]),
                each["digest"],
                (matter_of[each["sub_case_id"]],),
                each["received_at"],
                each["size"],
                "correction",
            )
            for each in files
        ]
        # files that came at the same moment stand by name
        return tuple(sorted(first, key=_place) + sorted(later, key=_place))

    def view(
        self,
        loaded: Loaded,
        materials: Sequence[Row],
        files: Sequence[Row],
        composition: Composition,
        lock: Mapping[str, Json],
    ) -> Case:
        """Give the view of a case out of its parts."""
        row = loaded.row
        return Case(
            row["id"],
            row["number"],
            row["bundle"],
            row["title"],
            row["applicant_id"],
            row["draft_id"],
            lock,
            row["package_digest"],
            row["agreement"],
            _name(composition.bundle.get("lead"), row["bundle"]),
            {sub.matter: department_name(composition, sub.part) for sub in loaded.state.sub_cases},
            loaded.state,
            loaded.events,
            self.view_materials(row, materials, files, composition, loaded),
        )

    def material_row(self, case_id: str, wrapped: bytes, raw: Mapping[str, Any], at: str) -> Row:
        """Make the row of a document handed in with the case; its name is sealed."""
        return {
            "id": secrets.token_hex(12),
            "case_id": case_id,
            "material": raw["material"],
            "matters": sorted(raw["matters"]),
            "upload_id": raw["upload_id"],
            "digest": raw["digest"],
            "filename": self.seal(case_id, wrapped, raw["filename"]),
            "media_type": raw.get("media_type"),
            "size": raw.get("size"),
            "received_at": at,
        }

    def file_row(self, loaded: Loaded, sub_case_id: str, file_id: str, upload: Upload) -> Row:
        """Make the row of a file handed in as a correction, sealed."""
        wrapped = loaded.row["wrapped_key"]
        return {
            "id": file_id,
            "case_id": loaded.id,
            "sub_case_id": sub_case_id,
            "filename": self.seal(loaded.id, wrapped, upload.filename),
            "media_type": upload.media_type,
            "size": upload.size,
            "digest": upload.digest,
            "content": self._vault.encrypt(wrapped, upload.content, case_id=loaded.id),
            "received_at": self._clock().isoformat(),
        }


def line(row: Row) -> CaseLine:
    """Give a case's row as a line of a list."""
    return CaseLine(
        row["id"],
        row["number"],
        row["bundle"],
        row["title"],
        row["status"],
        row["result"],
        row["submitted_at"],
        row["closed_at"],
    )


def check_version(loaded: Loaded, sub_case_id: str, expected: int) -> None:
    """Raise Refusal 409 when a sub-case is not as it was when the page was written."""
    sub = next((each for each in loaded.state.sub_cases if each.id == sub_case_id), None)
    if sub is not None and sub.version != expected:
        when = sub.changed_at[:16].replace("T", " ")
        raise Refusal(
            409,
            "changed-meanwhile",
            text(
                f"这个子办件已在 {when} 被他人办理，您的操作没有执行",
                f"somebody else handled this sub-case at {when}; what you did was not carried out",
            ),
            text(
                "请刷新页面，核对最新状态后再办理", "reload the page, look at its state now, and decide again"
            ),
        )


def unknown_case() -> Refusal:
    """Say that there is no such case, or none that this person may see."""
    return Refusal(
        404,
        "unknown-case",
        text("没有找到这个办件", "there is no such case"),
        text("请从列表中重新打开", "open it again from the list"),
    )


def _place(material: Material) -> tuple[str, str, str]:
    return material.received_at, material.material, material.filename


def department_name(composition: Composition, part: Part) -> Text:
    """Give the name of the department that decides a part; rules may have handed it to another than its own."""
    known = [matter["department"] for matter in composition.matters.values()]
    return _name(next((each for each in known if each["code"] == part.department), None), part.department)


def _name(body: Mapping[str, Any] | None, code: str) -> Text:
    """Give the name of a department, or its code when the definition has none."""
    name = (body or {}).get("name")
    return name if isinstance(name, dict) else _plain(code)  # type: ignore[return-value]


def _plain(name: str) -> Text:
    return text(name, name)


def unknown_file() -> Refusal:
    """Say that there is no such file, or none that this person may see."""
    return Refusal(
        404,
        "unknown-file",
        text("没有找到这个文件", "there is no such file"),
        text("请从材料列表中打开", "open it from the list of materials"),
    )
