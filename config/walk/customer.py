"""A customer on the public pages, in the words of a real remark."""

from urllib.parse import urlencode

from config.walk.browser import Browser, Stopwatch, WalkError, needed
from config.walk.page import Page

#: The standard that a late delivery is measured against.
DELIVERED = "三日内送达"


def address_of(number: int) -> str:
    """A loopback address for each customer, so that limits by address stay on; 127.0.0.1 is everybody else's."""
    return f"127.{1 + number // 62500 % 250}.{number // 250 % 250}.{1 + number % 250}"


class Customer:
    def __init__(self, site: str, watch: Stopwatch, *, number: int, text: str, loopback: bool) -> None:
        self.browser = Browser(site, watch, address=address_of(number) if loopback else "", agent=f"Redress walk {number:08d}-canary")
        self.number, self.text = number, text
        self.name, self.phone, self.email = f"顾客{number:05d}号", f"139{number:08d}", f"walker{number:05d}@customers.example"
        self.case_number = self.code = ""

    @property
    def canaries(self) -> list[str]:
        """What would tell who this is."""
        return [self.name, self.phone, self.browser.agent, *([self.browser.address] if self.browser.address else [])]

    def file(self) -> None:
        """Fill in the public form; number and code stand on the page that thanks."""
        self.browser.get("/", "home page")
        found = self.fill_in()
        if len(found) < 2:
            raise WalkError("The page that thanks shows no number and code.")
        self.case_number, self.code = found[0].strip(), found[1].strip()

    def fill_in(self, *, mode: str = "real_name", kind: str = "complaint", asked: str = "") -> list[str]:
        """Send the form; number and code. Name and telephone are typed in every mode: the anonymous one must not keep them."""
        page = self.browser.get(f"/complain/?kind={kind}&{asked}", "empty form")
        form = needed(page.form("/complain/"), "complain", page)
        wishes: dict[str, str | list[str]] = {"demands": ["apology", "explanation"]} if kind == "complaint" else {}
        thanks = self.browser.send(form, "filing", story=self.text, mode=mode, name=self.name, phone=self.phone, **wishes)
        return thanks.codes

    def confirm(self) -> None:
        page = self._open_case()
        form = needed(page.form("/track/case/record/"), "confirm the record", page)
        self.browser.send(form, "confirming the record", **{"record-verdict": "confirmed"})

    def accept(self) -> None:
        page = self._open_case()
        form = needed(page.form("/track/case/answer/"), "answer the decision", page)
        said = {"answer-verdict": "accept", "answer-words": "可以，就按这个办。"}
        taken = {"answer-option": "2"} if form.offers("answer-option", "2") else {}
        self.browser.send(form, "accepting", **said, **taken)

    def answer_survey(self) -> None:
        page = self._open_case()
        form = needed(page.form("/track/case/survey/"), "survey", page)
        scores = {
            f"survey-{name}": str(3 + self.number % 3) for name in ("result_score", "attitude_score", "efficiency_score", "ability_score")
        }
        self.browser.send(form, "survey", **scores, **{"survey-open_answer": "处理得还可以，谢谢。", "survey-buys_again": "yes"})

    def ask_for_the_standard(self) -> None:
        """Three questions on the public page: was it missed, what is due."""
        page = self.browser.get("/standards/", "standards")
        form = needed(next((found for found in page.forms if found.id == "check"), None), "the three questions", page)
        chosen = {"standard": form.choice("standard", DELIVERED), "measured": "5"}
        answer = self.browser.get(f"/standards/?{urlencode({**form.values, **chosen})}", "standard asked for")
        if 'id="answer"' not in answer.html:
            raise WalkError("The public page does not say whether the promise was missed.")

    def claim_code(self) -> str:
        """What a protected customer shows to be paid; empty for who is known by name."""
        return next(iter(self._open_case().codes), "")

    def _open_case(self) -> Page:
        page = self.browser.get("/track/", "tracking page")
        return self.browser.send(needed(page.form("/track/"), "track", page), "tracking code", code=self.code)
