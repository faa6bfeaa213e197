"""The staff of the demo company in the back office: each logs in as themselves and posts the forms of the case page."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import quote

from django.utils import timezone

from config.demo.cast import UNITS
from config.demo.causes import CAUSES
from config.demo.organisation_data import CATEGORIES
from config.walk.browser import Browser, Stopwatch, WalkError, needed
from config.walk.customer import DELIVERED
from config.walk.page import Form, Page

Values = Mapping[str, str]
CASES = "/admin/complaints/complaint/"
#: Who approves above the head of a unit, in this order.
ABOVE = ("E1001", "executive")
#: More than the head of a unit may approve on a case.
BEYOND_A_HEAD = 5_200
CASE_LINK = re.compile(r"/admin/complaints/complaint/(\d+)/change/")
#: Words of a remark → category of the demo company; the first that fits. Most remarks of shops are about the goods.
KINDS = (
    (re.compile("送|快递|物流|配送|外卖|发货"), "配送延误", "late"),
    (re.compile("破|碎|漏发|少了|错|缺"), "货损与错发", "damage"),
    (re.compile("态度|服务|前台|店员|老板"), "门店服务态度", "attitude"),
    (re.compile("客服|电话|回复"), "客服与热线", "hotline"),
    (re.compile("安装|师傅"), "安装质量", "install"),
    (re.compile("维修|退货|退款|换货|保修"), "维修与退换", "repair"),
    (re.compile("假|骗|描述|宣传|不符"), "宣传与承诺不符", "advert"),
    (re.compile("价|贵|钱"), "价格与合同纠纷", "contract"),
    (re.compile("网|系统|软件|死机|网页"), "网上商城与系统", "system"),
    (re.compile("设计|难用|不方便"), "设计与功能", "design"),
    (re.compile(""), "质量问题", "batch"),
)


class Office:
    """The browsers of one thread, one for each account that it has needed."""

    def __init__(self, site: str, watch: Stopwatch, password: str) -> None:
        self.site, self.watch, self.password = site, watch, password
        self.browsers: dict[str, Browser] = {}

    def browser(self, number: str) -> Browser:
        if number not in self.browsers:
            self.browsers[number] = self._log_in(number)
        return self.browsers[number]

    def _log_in(self, number: str) -> Browser:
        browser = Browser(self.site, self.watch)
        page = browser.get("/admin/login/?next=/admin/", "log-in page")
        form = next((found for found in page.forms if "password" in found.values), None)
        after = browser.send(needed(form, "log in", page), "logging in", username=number, password=self.password)
        if any("password" in found.values for found in after.forms):
            raise WalkError(f"The account “{number}” does not open with the demo password: is this a demo?")
        return browser


class Handling:
    """One case in the back office."""

    def __init__(self, office: Office, *, case_number: str, text: str, done: Callable[[str], None], desk: str = "agent") -> None:
        """`desk`: who receives it; a report of misconduct the supervision."""
        self.office, self.case_number, self.text, self.done, self.desk = office, case_number, text, done, desk
        self.category, self.cause = next((name, cause) for pattern, name, cause in KINDS if pattern.search(text))
        unit = next(row.department for row in CATEGORIES if row.name == self.category)
        self.unit = unit
        self.investigator, self.head = UNITS[unit]
        self.origin = CAUSES[self.cause]
        self.is_late = self.cause == "late"
        self.pk = ""
        #: Who has just acted, and the page they were shown then: it holds the next form.
        self.shown: tuple[str, Page] | None = None

    def find(self) -> None:
        """By the search of the list."""
        page = self.office.browser(self.desk).get(f"{CASES}?q={quote(self.case_number)}", "list, searched")
        found = [match.group(1) for link in page.links if (match := CASE_LINK.search(link))]
        if not found:
            raise WalkError(f"The list does not find {self.case_number}.")
        self.pk = found[0]

    def page(self, who: str) -> Page:
        return self.office.browser(who).get(f"{CASES}{self.pk}/change/", "case page")

    def act(self, who: str, name: str, fill: Callable[[Form], Values]) -> Page:
        """Read the case page, fill in the form of the act, send it."""
        page = self.shown[1] if self.shown and self.shown[0] == who else self.page(who)
        form = needed(
            next((found for found in page.forms if found.id == f"act-{name}"), None), f"{name} for {who} on {self.case_number}", page
        )
        try:
            after = self.office.browser(who).send(form, f"act: {name}", **fill(form))
        except WalkError as error:
            raise WalkError(f"{self.case_number}, {name} by {who}: {error}") from error
        self.done(name)
        self.shown = (who, after)
        return after

    def customer_acts(self) -> None:
        """Whatever page somebody has open is out of date now."""
        self.shown = None

    # --- the ten steps --------------------------------------------------------------------------------------------------------------
    def receive(self, *, read_back: bool = False) -> None:
        """Steps 1 and 2. The record is shown on the tracking page, or read back to who has no code."""
        words = "您好，我是客服林小雨。给您添了麻烦，非常抱歉；这件事由我跟进到底，公司一定会给您一个说法。"
        apology = {"words": words, "medium": "phone", "feeling_before": "angry", "feeling_after": "calm"}
        self.act(self.desk, "apologize", lambda _form: apology)
        points = [part for part in re.split(r"[。！？!?\n]", self.text) if part.strip()][:2] or [self.text]
        rows = {f"allegations-{place}-text": point.strip()[:500] for place, point in enumerate(points)}
        check = {"how": "read_back", "result": "confirmed"} if read_back else {"how": "shown", "result": "waiting"}
        self.act(self.desk, "record_facts", lambda _form: {**rows, **check})

    def answer(self) -> None:
        """Of a suggestion, an enquiry or praise, that is all."""
        self.act(self.desk, "answer_matter", lambda _form: {"text": "谢谢您告诉我们，已转给有关部门。"})

    def judge(self) -> None:
        """Steps 3 and 4."""
        self._classify()
        self.act(self.desk, "assign", lambda form: {"handler": form.choice("handler", f"({self.investigator})")})

    def _classify(self) -> None:
        self.act(self.desk, "classify", self._verdict)

    def _verdict(self, form: Form) -> Values:
        """A delivery that came late is measured against its standard."""
        measured = {"measured_against": form.choice("measured_against", DELIVERED)} if self.is_late else {"standard": "公司服务标准"}
        return {
            "severity": "ordinary", "fault": "product", "reason_sufficient": "yes", "demand_reasonable": "yes", "reasons": "情况属实。",
            "category": form.choice("category", self.category), **measured,
        }  # fmt: skip

    def settle(self) -> None:
        """Steps 4 to 7 in one act, by whoever received it: money, and one of two things the customer chooses."""
        self._classify()
        due = (timezone.localdate() + timedelta(days=3)).isoformat()
        given = [("compensation", "按标准补偿", "20.00", ""), ("voucher", "代金券", "15.00", "1"), ("gift", "净水滤芯一个", "25.00", "2")]
        values: dict[str, str] = {"why_it_cures": "先弥补顾客的损失，原因随后查明。", "items-TOTAL_FORMS": str(len(given))}
        for place, (kind, what, amount, option) in enumerate(given):
            row = {"kind": kind, "description": what, "amount": amount, "option": option, "owner": self.investigator, "due_on": due}
            values |= {f"items-{place}-{name}": value for name, value in row.items()}
        self.act(self.desk, "settle", lambda form: {**values, **self._by_standard(form), **_all_met(form)})

    def _by_standard(self, form: Form) -> Values:
        """What the solution is held against: two days beyond the three that are promised."""
        return {"standard": form.choice("standard", DELIVERED), "measured": "5"} if self.is_late else {}

    @property
    def may_be_settled(self) -> bool:
        """What needs a ruling, or hurt somebody, is not settled on the spot."""
        row = next(row for row in CATEGORIES if row.name == self.category)
        return not row.needs_ruling and not row.injury

    @property
    def needs_ruling(self) -> bool:
        """Then the executive alone approves."""
        return next(row.needs_ruling for row in CATEGORIES if row.name == self.category)

    def find_the_cause(self) -> None:
        """What was settled on the spot still owes it; the unit that answers for it finds it."""
        self.act(self.investigator, "complete_investigation", self._cause)

    def solve(self, *, goes_up: str = "") -> None:
        """Steps 5 to 7, as far as the decision. `goes_up`: "reason" where it falls short of V1 + C, "amount" where it is beyond the head's limit."""
        self.act(self.investigator, "investigate", self._cause)
        self.act(self.investigator, "submit_remedy", lambda form: self._remedy(form, goes_up))
        level, approver = self._who_approves()
        if goes_up and level == 0:
            raise WalkError(f"{self.case_number}: {approver} is offered an approval that must go one level up.")
        self.act(approver, "approve_remedy", lambda _form: {})
        self.done("approved by the head" if level == 0 else "approved one level up")
        # The letter quotes the customer; words that would sound like blame in our own mouth stay theirs.
        self.act(self.investigator, "send_decision", lambda _form: {})

    def _who_approves(self) -> tuple[int, str]:
        """The first to whom the case page offers it, from the head of the unit up."""
        for level, who in enumerate((self.head, *ABOVE)):
            page = self.office.browser(who).get_if_there(f"{CASES}{self.pk}/change/", "case page of an approver")
            if page is not None and any(found.id == "act-approve_remedy" for found in page.forms):
                return level, who
        raise WalkError(f"{self.case_number}: nobody is offered the approval.")

    def _cause(self, form: Form) -> Values:
        values: dict[str, str] = {"cause": self.origin.kind.value, "cause_text": self.origin.text}
        for place, (answer, evidence) in enumerate(self.origin.whys):
            values |= {f"whys-{place}-answer": answer, f"whys-{place}-basis": "evidence", f"whys-{place}-evidence": evidence}
        for place in range(int(form.values["findings-TOTAL_FORMS"])):
            values |= {f"findings-{place}-finding": "upheld", f"findings-{place}-reason": "经查属实。"}
        return values

    def _remedy(self, form: Form, goes_up: str) -> Values:
        due = (timezone.localdate() + timedelta(days=3)).isoformat()
        item = self.origin.items[0]
        given = [(item.kind, item.what, f"{item.amount}.00" if item.amount else "")]
        sheet = dict(self._by_standard(form))
        if self.is_late:
            given.append(("compensation", "延误补偿", "30.00"))
        if goes_up == "amount":
            given.append(("refund", "全额退款", f"{BEYOND_A_HEAD}.00"))
            sheet |= {"purchase": "on", "price": f"{BEYOND_A_HEAD}.00", "kept": "500.00"}
        elif goes_up:
            sheet |= {"purchase": "on", "price": "2000.00", "reason": "顾客只要求修好，其余不要。"}
        values: dict[str, str] = {"why_it_cures": self.origin.cures, "items-TOTAL_FORMS": str(len(given)), **sheet}
        for place, (kind, what, amount) in enumerate(given):
            row = {"kind": kind, "description": what, "amount": amount, "owner": self.investigator, "due_on": due}
            values |= {f"items-{place}-{name}": value for name, value in row.items()}
        return {**values, **_all_met(form)}

    def note_acceptance(self) -> None:
        """The customer came by and said so."""
        self.act(self.investigator, "accept", lambda _form: {"words": "可以。", "medium": "counter"})

    def keep_promises(self) -> None:
        """Step 7 to its end."""
        after = self.act(self.investigator, "fulfil", lambda form: {"item": form.first("item"), "proof": "顾客签收单"})
        while any(found.id == "act-fulfil" for found in after.forms):
            after = self.act(self.investigator, "fulfil", lambda form: {"item": form.first("item"), "proof": "顾客签收单"})

    def hold_nobody_to_account(self) -> None:
        """Step 8 where the cause lies in the system."""
        nobody = {"reason": "流程原因，不追究个人。", "system_cause": "on", "handling_answer": "处理及时，无不当。"}
        self.act(self.head, "pass_penalize", lambda _form: nobody)

    def improve(self) -> None:
        """Step 9. The number stands in the action, so that its owner knows it among others."""
        due = (timezone.localdate() + timedelta(days=30)).isoformat()
        better = {
            "kind": "corrective", "lesson": self.origin.lesson, "action": f"{self.case_number}：{self.origin.action}",
            "changes": self.origin.changes, "expectation": self.origin.expectation, "owner": self.head, "due_on": due, "check_days": "7",
        }  # fmt: skip
        self.act(self.head, "improve", lambda _form: {f"improvements-0-{name}": value for name, value in better.items()})

    def follow_up(self) -> None:
        """Step 10: by somebody outside the unit."""
        asker = "manager" if self.unit == "CS" else "caller"
        scores = dict.fromkeys(("result_score", "attitude_score", "efficiency_score", "ability_score"), "5")
        answers = {"medium": "phone", "reached": "yes", "open_answer": "解决了，谢谢。", "buys_again": "yes", "feeling": "calm"}
        self.act(asker, "follow_up", lambda _form: {**answers, **scores})
        after = self.act(asker, "close", lambda _form: {})
        if any(found.id == "act-close" for found in after.forms):
            raise WalkError(f"{self.case_number} is not closed.")


def _all_met(form: Form) -> Values:
    return {f"answers-{place}-answer": "met" for place in range(int(form.values["answers-TOTAL_FORMS"]))}
