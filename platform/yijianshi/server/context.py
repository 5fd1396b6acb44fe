"""The platform: every service, made once and tied together."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ..core.deadlines import Calendar
from .accounts.service import AccountService
from .apply.compositions import Compositions
from .apply.materials import MaterialService
from .apply.service import DraftService
from .apply.submission import SubmissionService
from .asset_files import Assets
from .cases.service import CaseService
from .demo import create_accounts
from .designer.leases import Leases
from .designer.reviews import Reviews
from .designer.service import DesignerService
from .engines.analysis import Provers
from .engines.databases import databases
from .engines.decider import Decider
from .engines.durable import DurableEngine
from .files import meta_schemas, read_json, root
from .incidents.service import IncidentService
from .registry.imports import load_shipped
from .registry.service import RegistryService
from .rule_proof import proving
from .rulesets.service import RulesetService
from .security.vault import Vault
from .settings import Settings
from .store import Store, open_store
from .tables import TABLES

COUNTY_TIME = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Give the time in the county."""
    return datetime.now(COUNTY_TIME).replace(microsecond=0)


def shipped_calendar() -> Calendar:
    """Read the shipped working-day calendar."""
    folder = root() / "schemas" / "calendars"
    return Calendar.from_data(read_json(path) for path in sorted(folder.glob("*.json")))


def shipped_regions() -> dict[str, Any]:
    """Read the shipped regions: a tree of codes and names."""
    document = json.loads((root() / "schemas" / "regions" / "cn.json").read_text("utf-8"))
    tree: dict[str, Any] = document["tree"]
    return tree


class ShippedDefinitionsBroken(RuntimeError):
    """The definitions that come with the platform do not pass their own checks."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Platform:
    """Everything the handlers and the commands call."""

    settings: Settings
    store: Store
    vault: Vault
    clock: Callable[[], datetime]
    calendar: Calendar
    regions: dict[str, Any]
    accounts: AccountService
    registry: RegistryService
    designer: DesignerService
    reviews: Reviews
    compositions: Compositions
    drafts: DraftService
    materials: MaterialService
    cases: CaseService
    incidents: IncidentService
    engine: DurableEngine
    provers: Provers
    decider: Decider
    submissions: SubmissionService
    rulesets: RulesetService
    assets: Assets

    @classmethod
    def open(
        cls, settings: Settings, clock: Callable[[], datetime] = now, cheap_passwords: bool = False
    ) -> Platform:
        """Open the store and make the services; the first run loads the shipped definitions."""
        settings.data.mkdir(parents=True, exist_ok=True)
        store = open_store(settings.url, TABLES)
        vault = Vault(settings.secret)
        calendar = shipped_calendar()
        accounts = AccountService(
            store,
            vault,
            clock,
            timedelta(hours=settings.session_hours),
            timedelta(minutes=settings.idle_minutes),
            cheap_passwords,
        )
        engine = DurableEngine(settings.engine_workers, settings.engine_seconds)
        provers = Provers()
        registry = RegistryService(
            store, clock, meta_schemas(), proving(engine, databases(store), provers.reach)
        )
        compositions = Compositions(registry)
        drafts = DraftService(store, vault, compositions, calendar, clock)
        materials = MaterialService(store, vault, drafts, clock)
        regions = shipped_regions()
        decider = Decider(engine)
        cases = CaseService(
            store, vault, calendar, clock, compositions, materials, settings.area, regions, decider
        )
        designer = DesignerService(
            registry, Leases(store, clock), calendar, {"regions": regions}, accounts.called
        )
        platform = cls(
            settings,
            store,
            vault,
            clock,
            calendar,
            regions,
            accounts,
            registry,
            designer,
            Reviews(
                registry,
                designer,
                lambda bundle: (drafts.under_way(bundle), cases.under_way(bundle)),
                accounts.deciding,
                calendar,
                provers,
            ),
            compositions,
            drafts,
            materials,
            cases,
            IncidentService(store, vault, clock),
            engine,
            provers,
            decider,
            SubmissionService(drafts, materials, cases, decider),
            RulesetService(registry, decider, calendar, clock, provers),
            Assets.load(),
        )
        loaded = load_shipped(registry)
        if not loaded.applied and loaded.errors:
            raise ShippedDefinitionsBroken([problem.line() for problem in loaded.errors])
        # limits that reached beyond the calendar are worked out once its next year is known
        cases.reschedule()
        if settings.demonstration:
            create_accounts(accounts, platform.departments())
        return platform

    def departments(self) -> set[str]:
        """Give the codes of the departments of all published matters."""
        return {matter["department"]["code"] for matter in self.registry.library().all("matter")}

    def close(self) -> None:
        """Stop the engines' workers and close the store."""
        self.provers.close()
        self.rulesets.close()
        self.engine.close()
        self.store.close()
