"""Every table of the platform, gathered from the areas."""

from __future__ import annotations

from .accounts.tables import TABLES as ACCOUNTS
from .apply.tables import TABLES as APPLY
from .cases.tables import TABLES as CASES
from .designer.tables import TABLES as DESIGNER
from .incidents.tables import TABLES as INCIDENTS
from .registry.tables import TABLES as REGISTRY
from .store.protocol import Table

TABLES: tuple[Table, ...] = (*ACCOUNTS, *REGISTRY, *APPLY, *CASES, *INCIDENTS, *DESIGNER)
