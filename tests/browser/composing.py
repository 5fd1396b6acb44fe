"""How a clerk composes one bundle from an empty page: the same steps for the mouse and for the keyboard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from yijianshi.server.demo import PASSWORD

from .designing import Designer
from .hands import Hands

Look = Callable[[Page], None]
"""What is done on each page along the way: the check for accessibility."""

BUNDLE = "opening-homestay"
REGISTRATION = "homestay-registration"
SECURITY = "homestay-security-filing"


class Clerk(Designer):
    """An administrator at the designer, with the hands that are used."""

    def __init__(self, page: Page, address: str, hands: Hands, look: Look) -> None:
        super().__init__(page, address)
        self.hands = hands
        self.look = look

    def sign_in(self, name: str) -> None:
        """Sign in with the same hands."""
        self.open("/sign-in")
        self.write("用户名", name)
        self.write("密码", PASSWORD)
        self.hands.press(self.main.get_by_role("button", name="登录", exact=True))
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    # what every page has

    @property
    def main(self) -> Locator:
        """The page without its frame."""
        return self.page.locator("main")

    def press(self, name: str, role: str = "button", within: Locator | None = None) -> None:
        """Press a button (or another role) by its name, and wait until what came of it is kept."""
        control = (within or self.main).get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
        self.hands.press(control)
        self.settled()

    def leave(self, name: str, to: str, role: str = "button") -> None:
        """Press what leads to another page."""
        self.hands.press(self.main.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
        self.page.wait_for_url(to)

    def write(self, label: str, words: str, within: Locator | None = None) -> None:
        """Write into the field with a label."""
        self.hands.write((within or self.main).get_by_label(label, exact=True), words)
        self.settled()

    def holds(self, label: str, words: str) -> None:
        """See that the field with a label still holds what was written."""
        expect(self.main.get_by_label(label, exact=True)).to_have_value(words)

    def choose(self, label: str, option: str, within: Locator | None = None) -> None:
        """Choose from the list with a label."""
        self.hands.choose((within or self.main).get_by_label(label, exact=True), option)
        self.settled()

    def settled(self) -> None:
        """Wait until the page has done and kept what it was told."""
        self.page.evaluate("() => document.getElementById('designer-form')?.designer?.idle()")

    def tab(self, name: str) -> None:
        """Go to a tab of the designer, and look at it."""
        tabs = self.page.get_by_role("navigation", name="设计页面")
        self.press(name, "link", tabs)
        expect(tabs.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")
        self.look(self.page)

    def home(self) -> None:
        """Go to the designer's home page by the main navigation."""
        self.hands.press(
            self.page.get_by_role("navigation", name="主导航").get_by_role("link", name="设计器")
        )
        self.page.wait_for_url("**/designer")

    def new(self, kind: str, title: str, english: str) -> None:
        """Begin something new on the home page."""
        self.choose_in("#new-kind", kind)
        self.write("名称", title)
        self.write("英文名称（可稍后填写）", english)
        self.leave("新建", "**/designer/*/*")
        self.ready()

    def choose_in(self, place: str, option: str) -> None:
        """Choose from the list at a place, where its label is not the only one."""
        self.hands.choose(self.page.locator(place), option)

    # the form builder

    @property
    def side(self) -> Locator:
        """The properties."""
        return self.page.locator("#dz-side")

    def add(self, kind: str, title: str, english: str, into: Locator | None = None) -> None:
        """Bring a field of a kind into the form and name it."""
        entry = self.page.locator("#dz-palette-types").get_by_role("button", name=kind, exact=True)
        lists = self.page.locator("#dz-empty, #dz-sections .dz-section > .dz-cards")
        self.hands.bring(entry, entry, into or lists.last)
        self.settled()
        self.write("名称（中文）", title, self.side)
        self.write("名称（英文）", english, self.side)

    def reopen(self) -> None:
        """Go to the bundle from the designer's home page."""
        self.home()
        self.hands.press(self.main.get_by_role("link", name="开办民宿一件事", exact=True))
        self.page.wait_for_url(f"**/designer/bundle/{BUNDLE}")
        self.ready()

    def into_section(self) -> None:
        """Select the section, so that what is added next comes to its end."""
        heads = self.page.locator("#dz-sections .dz-section-name")
        self.hands.press(heads.last)
        self.settled()

    def take(self, offer: Locator, name: str, target: Locator) -> None:
        """Take a matter in from the catalogue."""
        button = offer.get_by_role("button", name=name, exact=True)
        self.hands.bring(offer.locator("[data-handle]"), button, target)
        self.settled()

    def matter(self, code: str) -> Locator:
        """The card of a matter of the bundle."""
        return self.page.locator(f"#dz-m-{code}")


def matters(clerk: Clerk) -> None:
    """Two new matters, each with a form of its own, a material and a time limit."""
    clerk.home()
    clerk.look(clerk.page)
    registration(clerk)
    security(clerk)


def registration(clerk: Clerk) -> None:
    """The first matter: a repeated group with a sum over its rows, a condition, a material, a limit."""
    clerk.new("事项", "民宿登记", "Homestay registration")
    clerk.look(clerk.page)
    department(clerk, "县文化和旅游局", "County culture and tourism bureau", "tancheng-tourism")
    clerk.tab("表单")
    clerk.add("单行文本", "民宿名称", "Homestay name")
    clerk.choose("是否必填", "必填", clerk.side)
    clerk.into_section()
    clerk.add("可重复分组", "客房", "Guest rooms")
    clerk.press("＋ 在每一行中添加字段")
    rows = clerk.page.locator("#dz-sections .dz-items")
    clerk.add("单行文本", "房号", "Room number", rows)
    clerk.add("整数", "床位数", "Beds", rows)
    clerk.choose("是否必填", "必填", clerk.side)
    clerk.into_section()
    clerk.add("整数", "床位合计", "Beds in all")
    clerk.choose("自动计算", "各行合计", clerk.side)
    expect(clerk.side.get_by_label("每一行的", exact=True).locator("option:checked")).to_have_text(
        "客房 › 床位数"
    )
    clerk.into_section()
    clerk.add("是否", "是否供应早餐", "Is breakfast served")
    clerk.into_section()
    clerk.add("多行文本", "早餐食材来源", "Where the food comes from")
    shown = clerk.side.get_by_role("group", name="显示条件")
    clerk.press("＋ 新增条件", within=shown)
    clerk.choose("字段", "是否供应早餐", shown)
    clerk.choose("比较", "等于", shown)
    clerk.choose("值", "是", shown)
    expect(clerk.page.locator("#dz-canvas")).to_contain_text("仅当“是否供应早餐”等于“是”时显示")
    clerk.look(clerk.page)
    clerk.tab("材料")
    clerk.write("查找材料", "场所")
    clerk.press("住所（经营场所）使用证明")
    clerk.tab("时限")
    promised(clerk, "5")


def department(clerk: Clerk, name: str, english: str, code: str) -> None:
    """Say who decides."""
    who = clerk.main.get_by_role("group", name="实施主体")
    clerk.write("部门名称（中文）", name, who)
    clerk.write("部门名称（英文）", english, who)
    clerk.write("部门编码", code, who)


def promised(clerk: Clerk, days: str) -> None:
    """Set the promised limit of a matter."""
    limit = clerk.main.get_by_role("group", name="承诺办结时限")
    clerk.write("天数", days, limit)
    clerk.write("依据", "郯城县民宿管理办法第八条", limit)
    expect(clerk.page.locator("#dz-due")).to_contain_text("承诺最迟")


def security(clerk: Clerk) -> None:
    """The second matter: two questions and a limit."""
    clerk.home()
    clerk.new("事项", "民宿治安备案", "Homestay security filing")
    department(clerk, "县公安局", "County police", "tancheng-police")
    clerk.tab("表单")
    clerk.add("是否", "是否安装旅客登记系统", "Is a guest register installed")
    clerk.choose("是否必填", "必填", clerk.side)
    clerk.into_section()
    clerk.add("联系电话", "治安负责人电话", "Telephone of who is responsible")
    clerk.tab("时限")
    promised(clerk, "3")


def bundle(clerk: Clerk) -> None:
    """The bundle: four matters, one after another, two situations, the promise of the plan."""
    clerk.home()
    clerk.new("一件事", "开办民宿一件事", "Opening a homestay")
    clerk.look(clerk.page)
    lead = clerk.main.get_by_role("group", name="牵头部门")
    clerk.choose("从已有部门中选择", "县文化和旅游局", lead)
    clerk.choose("服务对象", "企业")
    clerk.choose("生命周期阶段", "准入准营")
    clerk.tab("事项")
    for title in ("民宿登记", "民宿治安备案", "印章刻制备案", "银行账户变更（开立）预约"):
        clerk.write("查找事项（名称、编码、部门）", title)
        offer = clerk.page.locator("#dz-b-found li").filter(has_text=title)
        clerk.take(offer, f"加入“{title}”", clerk.page.locator("#dz-b-chosen"))
    clerk.look(clerk.page)
    clerk.choose("选取方式", "由规则选取", clerk.matter("seal-making"))
    clerk.choose("选取方式", "由规则选取", clerk.matter("bank-appointment"))
    clerk.press("修改前置事项 民宿治安备案", within=clerk.matter(SECURITY))
    clerk.press("民宿登记", "checkbox", clerk.matter(SECURITY))
    clerk.tab("情形问题")
    clerk.add("是否", "是否刻制印章", "Is a seal to be made")
    clerk.choose("是否必填", "必填", clerk.side)
    clerk.into_section()
    clerk.add("是否", "是否需要开立对公账户", "Is a company account to be opened")
    clerk.choose("是否必填", "必填", clerk.side)
    clerk.tab("合并表单")
    clerk.tab("材料")
    clerk.tab("概况")
    clerk.press("承诺 8 日")


def situations(clerk: Clerk) -> None:
    """Which situation selects which matter."""
    clerk.tab("情形规则")
    clerk.leave("新建情形规则集", "**/designer/ruleset/**")
    clerk.ready()
    clerk.look(clerk.page)
    facts(clerk, "是否刻制印章", "是否需要开立对公账户")
    clerk.tab("规则")
    rule(clerk, 1, "刻制印章", "是否刻制印章", "是")
    outcome(clerk, "印章刻制备案", "申请刻制印章", "A seal is wanted")
    rule(clerk, 2, "开立账户", "是否需要开立对公账户", "是")
    outcome(clerk, "银行账户变更（开立）预约", "申请开立账户", "An account is wanted")
    clerk.look(clerk.page)
    cases(clerk)


def eligibility(clerk: Clerk) -> None:
    """Who may open a homestay: a decision table of two rules, with cases."""
    clerk.reopen()
    clerk.tab("规则集")
    clerk.leave("新建条件规则集", "**/designer/ruleset/**")
    clerk.ready()
    facts(clerk, "床位合计", "是否安装旅客登记系统")
    clerk.tab("规则")
    rule(clerk, 1, "床位过多", "床位合计", "大于")
    clerk.write("床位过多，床位合计：值", "30")
    denial(clerk, "床位超过三十张的按旅馆业办理", "A house of more than thirty beds is a hotel")
    rule(clerk, 2, "未装登记系统", "是否安装旅客登记系统", "否")
    denial(clerk, "请先安装旅客登记系统", "Install a guest register first")
    clerk.look(clerk.page)
    cases(clerk)


def facts(clerk: Clerk, *titles: str) -> None:
    """Pick the facts that the rules read."""
    clerk.tab("事实")
    for title in titles:
        clerk.write("查找字段（名称或编码）", title)
        clerk.press(f"加入“{title}”")


def rule(clerk: Clerk, number: int, title: str, fact: str, compared: str) -> None:
    """Add a row to the decision table, with a comparison in one cell, and open it."""
    clerk.press("＋ 新增规则")
    clerk.write(f"第 {number} 条规则的名称", title)
    clerk.choose(f"{title}，{fact}：比较方式", compared)
    clerk.press(f"详情 ：{title}", "link")


def outcome(clerk: Clerk, matter: str, reason: str, english: str) -> None:
    """Let the open rule select a matter, and say why."""
    clerk.choose("事项", matter)
    because(clerk, reason, english)


def denial(clerk: Clerk, reason: str, english: str) -> None:
    """Let the open rule deny, and say why."""
    clerk.choose("结果", "不予办理")
    because(clerk, reason, english)


def because(clerk: Clerk, reason: str, english: str) -> None:
    """Write the reason of an outcome and its basis: what only holds a place is not published."""
    clerk.write("理由（中文）", reason)
    clerk.write("理由（英文）", english)
    clerk.write("依据", "郯城县民宿管理办法第五条")
    clerk.holds("理由（中文）", reason)
    clerk.holds("理由（英文）", english)


def cases(clerk: Clerk) -> None:
    """Have test cases suggested, and see that they pass and reach every rule."""
    clerk.tab("用例")
    clerk.press("快速补充用例")
    expect(clerk.page.locator("#dz-c-state")).to_contain_text("未通过 0 个")
    clerk.look(clerk.page)


def submitted(clerk: Clerk) -> None:
    """From the bundle to the checklist, and into review."""
    clerk.reopen()
    clerk.tab("预览")
    clerk.leave("检查与提交审核", "**/review", "link")
    clerk.look(clerk.page)
    wrong = clerk.main.locator(".dz-checklist > li:has(.dz-error) li")
    assert not wrong.all_inner_texts()
    clerk.hands.press(clerk.main.get_by_role("button", name="提交审核", exact=True))
    expect(clerk.main).to_contain_text("您参与了编写，须由另一位管理员审核发布。")


def reviewed(clerk: Clerk) -> None:
    """Another administrator reads what was done and what is found, looks at the form, and publishes the set."""
    clerk.home()
    clerk.leave("待审核（1）", "**/registry/review", "link")
    clerk.look(clerk.page)
    clerk.leave("开办民宿一件事", "**/designer/bundle/*/review", "link")
    clerk.look(clerk.page)
    changes = clerk.main.get_by_role("region", name="改动")
    for said in ("在“基本信息”中新增字段“是否", "加入事项“民宿登记”", "新增规则"):
        expect(changes).to_contain_text(said)
    checklist = clerk.main.get_by_role("region", name="检查清单")
    expect(checklist).to_contain_text("走流程")
    expect(checklist.locator(".dz-error")).to_have_count(0)
    clerk.leave("发布后", "**/review/form/after", "link")
    expect(clerk.main).to_contain_text("是否刻制印章")
    expect(clerk.main).to_contain_text("客房")
    clerk.look(clerk.page)
    clerk.leave("审核", "**/review", "link")
    clerk.leave("通过并发布", f"**/registry/bundle/{BUNDLE}")


COMPOSING = (matters, bundle, situations, eligibility, submitted)
