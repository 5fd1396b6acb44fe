"""What the journeys need of people: their answers, and the staff's way through a case."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.site import Site

ANSWERS: dict[str, dict[str, Any]] = {
    "construction-start": {
        "/project/category": "building",
        "/project/use": "care",
        "/project/floor_area": 12000,
        "/project/investment": 4800,
        "/project/height": 23.5,
        "/project/code": "2026-371322-47-01-000001",
        "/project/name": "郯城县城北新区幼儿园",
        "/situation/occupies_road": True,
        "/situation/discharges_water": True,
        "/situation/has_spoil": True,
        "/situation/civil_basement": True,
        "/situation/needs_water": True,
        "/situation/needs_power": True,
        "/manager/elsewhere": False,
        "/construction/dangerous_works": ["formwork"],
        "/construction/period": {"from": "2026-12-01", "to": "2027-11-30"},
    },
    "individual-to-enterprise": {
        "/situation/path": "direct",
        "/situation/has_employees": True,
        "/situation/needs_seal": True,
        "/situation/needs_bank": False,
        "/situation/abnormal": False,
        "/situation/unpaid_tax": False,
        "/situation/chosen_matters": ["licence-change"],
        "/company/name": "郯城县小雨食品有限公司",
        "/company/type": "limited",
        "/company/capital": 30,
        "/company/paid_by": "2031-06-30",
        "/company/address_unchanged": True,
        "/company/fund_rate": 8,
        "/company/shareholders": [
            {"name": "王小雨", "id_number": "371322199003070021", "amount": 20, "operator": True},
            {"name": "李晓", "id_number": "37132219880719018X", "amount": 10, "operator": False},
        ],
    },
}


class Staff(Site):
    """Window and department staff at the desk."""

    def queue(self) -> list[str]:
        """Give the addresses of the sub-cases waiting at the desk."""
        self.open("/desk")
        links = self.page.locator('main a[href^="/desk/"]')
        found = links.evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))")
        return sorted({address for address in found if address.count("/") == 2 and "?" not in address})

    def accept_all(self) -> int:
        """Accept everything that waits to be accepted."""
        count = 0
        for address in self.queue():
            self.open(address)
            button = self.page.get_by_role("button", name="受理", exact=True)
            if button.count():
                self.press(button)
                count += 1
        return count

    def grant_all(self) -> int:
        """Grant everything that may be decided now; gives how many."""
        count = 0
        for address in self.queue():
            self.open(address)
            button = self.page.get_by_role("button", name="准予", exact=True)
            if button.count() and button.is_enabled():
                self.press(button)
                count += 1
        return count

    def refuse(self, address: str, reasons: str, basis: str) -> None:
        """Refuse one sub-case with reasons and basis."""
        self.open(address)
        self.page.locator("summary", has_text="不予").click()
        self.page.get_by_label("理由").fill(reasons)
        self.page.get_by_label("法律依据").fill(basis)
        self.press(self.page.get_by_role("button", name="不予"))

    def ask_for_correction(self, address: str, what: str, deadline: str) -> None:
        """Ask once for corrections."""
        self.open(address)
        self.page.locator("summary", has_text="补正").click()
        self.page.locator("#what-0").fill(what)
        self.page.locator("#deadline").fill(deadline)
        self.press(self.page.get_by_role("button", name="发出告知"))

    def start_procedure(self, address: str, days: int, note: str) -> None:
        """Start the special procedure the matter declares."""
        self.open(address)
        self.page.locator("summary", has_text="启动特别程序").click()
        self.page.locator("#days").fill(str(days))
        self.page.locator("#procedure-note").fill(note)
        self.page.get_by_role("button", name="启动特别程序").click()
        self.page.get_by_text("已办理并记入流水").wait_for()

    def end_procedure(self, address: str) -> None:
        """End the special procedure that runs."""
        self.open(address)
        self.page.get_by_role("button", name="结束特别程序").click()
        self.page.get_by_text("已办理并记入流水").wait_for()


def no_overflow(page: Page) -> None:
    """Nothing is wider than the window."""
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the window"
