"""Whatever a person can do on a page can be done through the API, with the same permission."""

from __future__ import annotations

import re

from litestar import Litestar

from tests.server.shell.test_permissions import operations

API = "/api/v1"
DRAFT = "/drafts/made-up"
DESIGN = "/designer/definitions/made-up/made-up"
DEFINITION = "/registry/definitions/made-up/made-up"

TWINS = {
    "/sign-in": ("POST", "/tokens"),
    "/sign-out": ("DELETE", "/tokens"),
    "/bundles/made-up/start": ("POST", "/drafts"),
    "/apply/made-up/form/made-up": ("PUT", DRAFT),
    "/apply/made-up/materials": ("POST", f"{DRAFT}/materials"),
    "/apply/made-up/materials/made-up/remove": ("DELETE", f"{DRAFT}/materials/made-up"),
    "/apply/made-up/submit": ("POST", f"{DRAFT}/submit"),
    "/apply/made-up/discard": ("DELETE", DRAFT),
    "/cases/made-up/correct/made-up": ("POST", "/cases/made-up/sub-cases/made-up/corrections"),
    "/designer/new": ("POST", "/designer/definitions"),
    "/designer/made-up/made-up": ("POST", f"{DESIGN}/operations"),
    "/designer/made-up/made-up/events": ("POST", f"{DESIGN}/operations"),
    "/designer/made-up/made-up/events/again": ("POST", f"{DESIGN}/operations"),
    "/designer/made-up/made-up/settle": ("POST", f"{DESIGN}/operations"),
    "/designer/made-up/made-up/suggestions/cancel": ("POST", f"{DESIGN}/suggestions/cancel"),
    "/designer/made-up/made-up/rulesets": ("POST", "/designer/definitions"),
    "/designer/made-up/made-up/workbook": ("POST", "/registry/imports/workbooks"),
    "/designer/made-up/made-up/workbook/take": ("POST", "/registry/imports/workbooks"),
    "/designer/made-up/made-up/lease": ("POST", f"{DESIGN}/lease"),
    "/designer/made-up/made-up/lease/ask": ("POST", f"{DESIGN}/lease"),
    "/designer/made-up/made-up/lease/release": ("DELETE", f"{DESIGN}/lease"),
    "/designer/made-up/made-up/review/submit": ("POST", f"{DESIGN}/review"),
    "/designer/made-up/made-up/review/take-back": ("POST", f"{DESIGN}/review/take-back"),
    "/designer/made-up/made-up/review/send-back": ("POST", f"{DEFINITION}/draft/send-back"),
    "/designer/made-up/made-up/comments/1/resolve": ("POST", f"{DEFINITION}/draft/comments/1/resolve"),
    "/designer/made-up/made-up/review/approve": ("POST", f"{DEFINITION}/draft/approve"),
    "/designer/made-up/made-up/roll-back": ("POST", f"{DESIGN}/roll-back"),
    "/registry/import": ("POST", "/registry/imports"),
    "/registry/import/keep": ("POST", "/registry/imports"),
    "/registry/made-up/made-up/draft": ("PUT", f"{DEFINITION}/draft"),
    "/registry/made-up/made-up/draft/discard": ("DELETE", f"{DEFINITION}/draft"),
    "/registry/made-up/made-up/draft/submit": ("POST", f"{DEFINITION}/draft/submit"),
    "/registry/made-up/made-up/draft/send-back": ("POST", f"{DEFINITION}/draft/send-back"),
    "/registry/made-up/made-up/draft/approve": ("POST", f"{DEFINITION}/draft/approve"),
    "/registry/made-up/made-up/retirement": ("POST", f"{DEFINITION}/retirement"),
    "/registry/made-up/made-up/retirement/confirm": ("POST", f"{DEFINITION}/retirement/confirm"),
    "/registry/made-up/made-up/retirement/withdraw": ("DELETE", f"{DEFINITION}/retirement"),
}
"""The operation of the API for each post of a page that has not the same path there."""

LOOKS = {
    # looks at the answers and keeps nothing; a program asks /bundles/{code}/state, open to more people
    "/apply/made-up/form/made-up/state",
    # how this one browser shows its pages
    "/preferences/language",
    "/preferences/text-size",
}


def test_every_post_of_a_page_has_its_twin(app: Litestar) -> None:
    permissions = {(method, path): permission for method, path, permission in operations(app)}
    posts = [(m, p) for m, p in permissions if m != "GET" and not p.startswith(API)]
    assert len(posts) > 40
    assert {method for method, _ in posts} == {"POST"}
    assert set(TWINS) | LOOKS <= {path for _, path in posts}
    wrong = []
    for post in posts:
        path = post[1]
        if path in LOOKS:
            continue
        method, twin = TWINS.get(path, ("POST", path))
        if permissions.get((method, API + twin)) != permissions[post]:
            wrong.append(f"{path} ({permissions[post]}): {method} {API}{twin}")
    assert wrong == []


def test_every_operation_of_the_api_is_documented(app: Litestar) -> None:
    documented = {
        (method.upper(), re.sub(r"\{[^}]*\}", "*", path).rstrip("/"))
        for path, item in app.openapi_schema.to_schema()["paths"].items()
        for method in item
    }
    offered = {
        (method, re.sub(r"/(made-up|1)(?=/|$)", "/*", path).rstrip("/"))
        for method, path, _ in operations(app)
        if path.startswith(API)
    }
    assert len(offered) > 60
    assert offered <= documented
