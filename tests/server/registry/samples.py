"""A small set of definitions that stand on one another."""

from __future__ import annotations

from typing import Any

from yijianshi.core.checks import Source

Document = dict[str, Any]


def t(zh: str) -> dict[str, str]:
    return {"zh": zh, "en": f"en {zh}"}


def element(**changes: Any) -> Document:
    return {
        "kind": "element",
        "code": "shop.name",
        "title": t("店名"),
        "type": "text",
        "schema": {"type": "string", "maxLength": 60},
        "sensitivity": "public",
        **changes,
    }


def material(**changes: Any) -> Document:
    return {
        "kind": "material",
        "code": "lease",
        "title": t("租赁合同"),
        "formats": ["pdf"],
        "max_size_mb": 10,
        "max_count": 1,
        "original": "copy",
        **changes,
    }


def matter(**changes: Any) -> Document:
    return {
        "kind": "matter",
        "code": "shop-licence",
        "title": t("开店许可"),
        "department": {"code": "market", "name": t("市场监管局")},
        "type": "administrative-permit",
        "level": "county",
        "statutory_limit": {"days": 20, "unit": "working"},
        "promised_limit": {"days": 1, "unit": "working"},
        "form": {
            "schema": {
                "type": "object",
                "properties": {
                    "shop": {
                        "type": "object",
                        "properties": {"name": {"$ref": "urn:yijianshi:element:shop.name"}},
                        "required": ["name"],
                    }
                },
                "required": ["shop"],
            },
            "ui": {
                "type": "VerticalLayout",
                "elements": [{"type": "Control", "scope": "#/properties/shop/properties/name"}],
            },
        },
        "materials": [{"material": "lease", "necessity": "required", "obtain": "applicant"}],
        "results": [{"code": "licence", "title": t("许可证"), "type": "licence"}],
        "rulesets": [],
        "basis": "测试法 第一条",
        "source": "测试",
        "verified": False,
        **changes,
    }


def bundle(**changes: Any) -> Document:
    return {
        "kind": "bundle",
        "code": "shop-opening",
        "title": t("开店一件事"),
        "subject": "enterprise",
        "lead": {"code": "market", "name": t("市场监管局")},
        "matters": [{"matter": "shop-licence", "after": [], "selected": "always"}],
        "situations": {
            "schema": {"type": "object", "properties": {}},
            "ui": {"type": "VerticalLayout", "elements": []},
        },
        "sections": [{"code": "shop", "title": t("店铺"), "fields": ["/shop/name"]}],
        "rulesets": [],
        "promise": {"days": 1, "unit": "working"},
        "baseline": {
            "materials": 3,
            "days": 20,
            "steps": 4,
            "visits": 3,
            "basis": "测试法",
            "source": "测试",
            "verified": True,
        },
        "steps": 2,
        "visits": 1,
        **changes,
    }


def all_of() -> list[Document]:
    return [element(), material(), matter(), bundle()]


def sources(*documents: Document) -> list[Source]:
    return [Source(f"{document.get('code')}.json", document) for document in documents]
