"""Make the screenshots of the README: ``make screenshots``. A real server, a real Chromium, the shipped bundle."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import ARGUMENTS, CHROMIUM  # noqa: E402
from tests.browser.designing import Designer  # noqa: E402
from tests.browser.journeys import ANSWERS  # noqa: E402
from tests.browser.live import serving  # noqa: E402
from tests.browser.site import Applicant  # noqa: E402

BUNDLE = "construction-start"
DESIGNED = {
    "designer.png": ("matter", "conversion-registration", {"tab": "form", "select": "/household/name"}),
    "rules.png": ("ruleset", "credit-repair.classes-2026", {"tab": "rules"}),
}
"""The designer's pictures: what is open, on which tab, with what selected."""
IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Take pictures of the form, of the review page, of the form builder and of a decision table."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as live,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1200, "height": 820}, locale="zh-CN")
        composition = live.platform.compositions.current(BUNDLE, live.platform.drafts.today()).composition
        applicant = Applicant(page, live.address, composition, ANSWERS[BUNDLE])
        applicant.sign_in("applicant")
        applicant.start(BUNDLE)
        page.locator('#apply-form[data-core="ready"]').wait_for(timeout=60_000)
        applicant.fill_section()
        page.evaluate("() => window.scrollTo(0, 0)")
        page.screenshot(path=IMAGES / "form.png", caret="initial")
        applicant.fill_form()
        applicant.hand_in_materials()
        page.wait_for_url("**/review")
        page.locator("#conditions-head").scroll_into_view_if_needed()
        page.evaluate("() => document.querySelector('#conditions-head').scrollIntoView()")
        page.screenshot(path=IMAGES / "review.png", caret="initial")
        applicant.sign_out()
        page.set_viewport_size({"width": 1280, "height": 860})
        designer = Designer(page, live.address)
        designer.sign_in("admin")
        for name, (kind, code, view) in DESIGNED.items():
            designer.design(kind, f"{code}?{urlencode(view)}")
            page.screenshot(path=IMAGES / name, caret="initial")
        browser.close()
    for name in ("form.png", "review.png", *DESIGNED):
        print(IMAGES / name)


if __name__ == "__main__":
    main()
