"""Demonstration accounts: they exist only in demonstration mode."""

from __future__ import annotations

from ..core.forms.identifiers import resident_check
from .accounts.service import AccountService

PASSWORD = "yijianshi-demo"  # noqa: S105 - public on purpose; refused in production

ACCOUNTS: tuple[tuple[str, str, str], ...] = (
    ("admin", "administrator", "刘敏（配置管理员）"),
    ("admin2", "administrator", "陈立（配置管理员二）"),
    ("applicant", "applicant", "王小雨（申请人）"),
    ("window", "window", "赵窗口（综合窗口）"),
    ("staff", "department", "孙审批（行政审批服务局）"),
    ("utility", "department", "周报装（供水、供电）"),
    ("auditor", "auditor", "吴审计（审计）"),
)

_BIRTH = "37132219900307002"
"""The first 17 digits of an invented resident ID number of 郯城县."""


def create_accounts(accounts: AccountService, departments: set[str]) -> None:
    """Create the demonstration accounts that are missing.

    ``departments`` are those of the published matters; water and power are decided by an
    account of their own, so that "sees only what is his" can be tried.
    """
    utilities = {code for code in departments if "water" in code or "power" in code}
    belongs = {"staff": tuple(sorted(departments - utilities)), "utility": tuple(sorted(utilities))}
    for name, role, display in ACCOUNTS:
        if accounts.find(name) is not None:
            continue
        personal = {}
        if role == "applicant":
            personal = {
                "name": "王小雨",
                "id_number": _BIRTH + resident_check(_BIRTH),
                "phone": "13905390001",
            }
        accounts.create(name, PASSWORD, role, display, belongs.get(name, ()), personal)


def remaining(accounts: AccountService) -> list[str]:
    """Name the demonstration accounts that a database still holds with their public password."""
    return accounts.with_password((name for name, _, _ in ACCOUNTS), PASSWORD)
