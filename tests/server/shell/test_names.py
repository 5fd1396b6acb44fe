"""What people are called on pages."""

from __future__ import annotations

import pytest

from yijianshi.server.accounts.names import called


@pytest.mark.parametrize(
    ("name", "display", "zh", "en"),
    [
        ("admin", "刘敏", "刘敏（admin）", "刘敏 (admin)"),
        ("admin", "刘敏（配置管理员）", "刘敏（配置管理员，admin）", "刘敏（配置管理员，admin）"),
        ("bo", "Bo (auditor)", "Bo (auditor, bo)", "Bo (auditor, bo)"),
        ("admin", "admin", "admin", "admin"),
        ("gone", "", "gone", "gone"),
        ("system:shipped", "", "随系统提供", "shipped with the system"),
    ],
)
def test_a_person_is_called_by_name_with_the_account_in_one_pair_of_brackets(
    name: str, display: str, zh: str, en: str
) -> None:
    assert called(name, display) == {"zh": zh, "en": en}
