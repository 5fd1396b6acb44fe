"""The pages of rulesets as an administrator or auditor uses them."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.browser.site import Site

VIEWS = ("句子", "决策表", "JSON", "分析结果", "测试用例", "试一试")


class Rulesets(Site):
    """Find a ruleset, go through its views, try it."""

    def find(self, code: str) -> None:
        """From the list to one ruleset."""
        self.open("/rulesets")
        self.page.get_by_label("编码或名称").fill(code)
        self.page.get_by_role("button", name="查找").click()
        self.page.locator(f'main a[href="/rulesets/{code}"]').click()
        self.page.get_by_role("navigation", name="查看方式").wait_for()

    def view(self, name: str) -> None:
        """Go to a view."""
        views = self.page.get_by_role("navigation", name="查看方式")
        views.get_by_role("link", name=name, exact=True).click()
        views.locator("a[aria-current=page]", has_text=name).wait_for()

    def enter(self, label: str, value: str) -> None:
        """Fill one fact of the form in."""
        self.page.get_by_label(label).fill(value)

    def choose(self, group: str, option: str) -> None:
        """Choose one option of a fact."""
        self.page.get_by_role("group", name=group).get_by_label(option, exact=True).check()

    def decide(self) -> Locator:
        """Send the facts; gives the verdict."""
        self.page.get_by_role("button", name="判断").click()
        verdict = self.page.get_by_role("region", name="结论")
        verdict.wait_for()
        return verdict
