"""The site as people use it: page objects over Playwright, and a filler that answers any form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page

from yijianshi.core.bundles.compose import Composition
from yijianshi.core.forms.fields import FIELD_TYPES, Field
from yijianshi.core.forms.html import identifier
from yijianshi.server.demo import PASSWORD

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Site:
    """What every role can do: sign in and out, go to a page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def open(self, path: str) -> None:
        """Go to a page of the site."""
        self.page.goto(self.address + path)

    def press(self, button: Locator) -> None:
        """Press what leads to a page, and wait for that: what was there before must not be taken for it."""
        with self.page.expect_navigation():
            button.click()

    def sign_in(self, name: str) -> None:
        """Sign in through the form."""
        self.open("/sign-in")
        self.page.get_by_label("用户名").fill(name)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.locator("main").get_by_role("button", name="登录").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def sign_out(self) -> None:
        """Sign out."""
        self.page.get_by_role("button", name="退出").click()


class Applicant(Site):
    """The applicant's journey through one bundle."""

    def __init__(
        self,
        page: Page,
        address: str,
        composition: Composition,
        answers: Mapping[str, Any],
        scripted: bool = True,
    ) -> None:
        """``answers`` are values by pointer that matter to the journey; the rest is made up. Without
        ``scripted`` the page runs no script, and lists are narrowed by their button."""
        super().__init__(page, address)
        self.scripted = scripted
        self.composition = composition
        self.answers = answers

    def start(self, bundle: str) -> None:
        """From the home page to the first page of the form."""
        self.open("/")
        title = str(self.composition.bundle["title"]["zh"])
        self.page.get_by_role("article").get_by_role("link", name=title).click()
        self.page.get_by_role("button", name="开始办理").click()
        self.page.wait_for_selector("#apply-form")

    def fill_form(self, check: Any = None) -> None:
        """Fill page after page until the materials; ``check`` is called on each page."""
        for _ in range(30):
            if "/form/" not in self.page.url:
                return
            before = self.page.url
            self.fill_section()
            if check:
                check(self.page)
            self.press(self.page.get_by_role("button", name="保存并继续"))
            assert self.page.url != before or not self.page.locator(".error-summary").count(), (
                self.page.locator(".error-summary").inner_text()
            )
        raise AssertionError("the form has no end")

    def fill_section(self) -> None:
        """Answer every visible field of the page, also those that appear while answering."""
        done: set[str] = set()
        for _ in range(80):
            frames = self.page.locator("#section .field[data-pointer]")
            pointers = frames.evaluate_all("nodes => nodes.map(node => node.dataset.pointer)")
            fresh = [p for p in pointers if p in self.composition.fields and p not in done]
            if not fresh:
                break
            field = self.composition.fields[fresh[0]]
            self.fill_field(field)
            done.add(fresh[0])
            if field.type in ("choice", "yes_no", "multiple_choice"):
                self.settle()
        self.settle()

    def settle(self) -> None:
        """Wait until the page has taken in what was typed."""
        if not self.scripted:
            return
        form = self.page.locator("#apply-form")
        if form.get_attribute("data-core") == "ready":
            self.page.wait_for_timeout(80)
        else:
            # the server's update comes 400 ms after the last change
            self.page.wait_for_timeout(700)

    def fill_field(self, field: Field, value: Any = None, pointer: str | None = None) -> None:
        """Answer one field as a person would."""
        place = pointer or field.pointer
        if field.compute or field.type == "note":
            return
        if value is None:
            value = self.answers.get(place, FIELD_TYPES[field.type].example(field, len(place)))
        getattr(self, f"_{field.type}", self._typed)(field, place, value)

    def _input(self, pointer: str) -> Locator:
        return self.page.locator(f'[id="{identifier(pointer)}"]')

    def _typed(self, field: Field, place: str, value: Any) -> None:
        self._input(place).fill(str(value))

    def _yes_no(self, field: Field, place: str, value: Any) -> None:
        self._input(f"{place}").locator(f'input[value="{"true" if value else "false"}"]').check()

    def _choice(self, field: Field, place: str, value: Any) -> None:
        target = self._input(place)
        if target.evaluate("node => node.tagName") == "SELECT":
            target.select_option(str(value))
        else:
            target.locator(f'input[value="{value}"]').check()

    def _multiple_choice(self, field: Field, place: str, value: Any) -> None:
        for each in value:
            self._input(place).locator(f'input[value="{each}"]').check()

    def _date_range(self, field: Field, place: str, value: Any) -> None:
        for part in ("from", "to"):
            self._input(f"{place}/{part}").fill(value[part])

    def _address(self, field: Field, place: str, value: Any) -> None:
        for part in ("province", "city", "county"):
            target = self._input(f"{place}/{part}")
            if not self.scripted and not target.locator(f'option[value="{value[part]}"]').count():
                self.page.locator(f'button[name="_update"][value="{place}"]').click()
            target.locator(f'option[value="{value[part]}"]').wait_for(state="attached")
            target.select_option(value[part])
        self._input(f"{place}/detail").fill(value["detail"])

    def _file(self, field: Field, place: str, value: Any) -> None:
        chosen: Any = {"name": "附件.pdf", "mimeType": "application/pdf", "buffer": PDF}
        self._input(place).set_input_files(chosen)
        if self.scripted:  # the page keeps a file at once
            self.page.locator(f'[id="{identifier(place)}-remove"]').wait_for()

    def _group(self, field: Field, place: str, value: Any) -> None:
        for number, row in enumerate(value):
            if not self.page.locator(f'[id="{identifier(f"{place}/{number}")}"]').count():
                self.page.locator(f'[id="{identifier(place)}-add"]').click()
                self.page.locator(f'[id="{identifier(f"{place}/{number}")}"]').wait_for()
            for item in field.items:
                name = item.pointer.removeprefix("/")
                if name in row:
                    self.fill_field(item, row[name], f"{place}/{number}{item.pointer}")

    def hand_in_materials(self) -> None:
        """Upload a file for every material that is asked for."""
        while True:
            waiting = self.page.locator("section[id^=material-]:not(:has(ul.list-plain))")
            if not waiting.count():
                break
            card = waiting.first
            content = self._file_for(card)
            card.locator("input[type=file]").set_input_files(content)
            self.press(card.get_by_role("button", name="上传"))
        self.page.get_by_role("link", name="继续：核对").click()

    @staticmethod
    def _file_for(card: Locator) -> Any:
        return {"name": "材料.pdf", "mimeType": "application/pdf", "buffer": PDF}

    def submit(self) -> str:
        """Submit from the review page; gives the case's id."""
        self.page.get_by_role("button", name="提交申请").click()
        self.page.wait_for_url("**/cases/*/receipt")
        return self.page.url.rsplit("/", 2)[-2]


def data_script(page: Page) -> Any:
    """Give the draft's answers that the page carries."""
    return json.loads(page.locator("#draft-answers").text_content() or "{}")
