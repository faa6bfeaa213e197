"""Step 8 with a name in it: the employee is heard, found responsible, told, appeals, and somebody else decides."""

import re
from datetime import timedelta

from django.utils import timezone

from config.walk.browser import WalkError, needed
from config.walk.page import Form, Page
from config.walk.staff import Handling, Values

MATTERS = "/admin/complaints/statement/mine/"
FINDINGS = "/admin/complaints/penalty/"
GIVE = re.compile(r"/admin/complaints/statement/\d+/act/give/")
FINDING = re.compile(r"/admin/complaints/penalty/(\d+)/change/")
APPEAL = re.compile(r"/admin/complaints/myfinding/\d+/act/appeal/")
#: Who may be the superior of the head that proposes, and who may have had no part in a finding: asked in this order.
SUPERIORS = ("E1001", "executive")
JUDGES = ("manager", "executive", "E1001")
#: Findings of other threads stand before ours in the list, a few at most.
LOOKED_AT = 20


class Accountability:
    """One finding, from the question to the ruling, each page in the hands of whose it is."""

    def __init__(self, handling: Handling, employee: str) -> None:
        self.handling, self.office, self.employee = handling, handling.office, employee
        self.number, self.done = handling.case_number, handling.done

    def hear(self) -> None:
        """The investigator asks, the employee answers on “My matters”."""
        due = (timezone.localdate() + timedelta(days=3)).isoformat()
        question = {"question": f"关于 {self.number}：请说明当时的作业经过。", "facts": "顾客反映商品或服务有缺陷。", "due_on": due}
        self.handling.act(self.handling.investigator, "ask_statement", lambda _form: {"employee": self.employee, **question})
        said = {"text": "当日派工超过上限，按规程完成了作业，已向班长报告。"}
        self._answer(GIVE, self.number, said, kind="giving a statement")
        self.done("statement given")

    def find(self) -> None:
        """The head of the unit names clause and measure; the superior approves, personnel consents."""
        self.handling.act(self.handling.head, "penalize", self._finding)
        number, superior = self._shown_to(SUPERIORS, "approve")
        self._press(superior, number, "approve", {})
        self._press("personnel", number, "consent", {})
        self.done("finding in force")
        self.penalty = number

    def _finding(self, form: Form) -> Values:
        row = {
            "employee": self.employee, "responsible_as": "direct", "clause": form.choice("penalties-0-clause", "3.1"),
            "measure": form.choice("penalties-0-measure", "培训"), "finding": f"{self.number}：未按规程操作，事实清楚，本人陈述在卷。",
        }  # fmt: skip
        handling = {"handling_answer": "处理及时，无不当。", "left_out": "部门主管已按规程布置并有检查记录，未发现失职。"}
        return {**{f"penalties-0-{name}": value for name, value in row.items()}, **handling}

    def appeal(self, *, revoked: bool) -> None:
        """Suspended at once; decided by somebody who had no part in it."""
        self._answer(APPEAL, self.number, {"words": "不应由我一人承担，请复核派工单。"}, kind="appealing")
        self.done("appealed")
        _number, judge = self._shown_to(JUDGES, "rule", self.penalty)
        ruling = (
            {"outcome": "revoked", "reasons": "派工单与本人所述相符，撤销认定。"}
            if revoked
            else {"outcome": "upheld", "reasons": "事实清楚，维持原认定。"}
        )
        self._press(judge, self.penalty, "rule", ruling)
        self.done("finding revoked" if revoked else "finding upheld")

    # --- pages -----------------------------------------------------------------------------------------------------------------------
    def _answer(self, link: re.Pattern[str], about: str, said: Values, *, kind: str) -> None:
        """On the employee's own page, the matter of this case among others."""
        browser = self.office.browser(self.employee)
        for address in filter(link.search, browser.get(MATTERS, "my matters").links):
            if about in browser.get(address.partition("act/")[0] + "change/", "my matter").html:
                page = browser.get(address, f"{kind}: the page")
                browser.send(needed(page.own_form, kind, page), kind, **said)
                return
        raise WalkError(f"“My matters” of {self.employee} offers nothing for {about}.")

    def _shown_to(self, people: tuple[str, ...], act: str, number: str = "") -> tuple[str, str]:
        """The finding of this case, and the first of these people to whom its page offers the act."""
        for who in people:
            for found in [number] if number else self._listed(who):
                page = self.office.browser(who).get_if_there(f"{FINDINGS}{found}/change/", "finding")
                if page is not None and self.number in page.html and any(f"/{found}/act/{act}/" in link for link in page.links):
                    return found, who
        raise WalkError(f"{self.number}: none of {', '.join(people)} is offered “{act}” of the finding.")

    def _listed(self, who: str) -> list[str]:
        page = self.office.browser(who).get_if_there(FINDINGS, "findings")
        links = page.links if page is not None else []
        return list(dict.fromkeys(match.group(1) for link in links if (match := FINDING.search(link))))[:LOOKED_AT]

    def _press(self, who: str, number: str, act: str, said: Values) -> Page:
        browser = self.office.browser(who)
        page = browser.get(f"{FINDINGS}{number}/act/{act}/", f"finding: {act}, the page")
        return browser.send(needed(page.own_form, act, page), f"finding: {act}", **said)
