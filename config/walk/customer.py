"""A customer on the public pages, in the words of a real remark."""

from config.walk.browser import Browser, Stopwatch, WalkError, needed
from config.walk.page import Page


def address_of(number: int) -> str:
    """A loopback address for each customer, so that limits by address stay on; 127.0.0.1 is everybody else's."""
    return f"127.{1 + number // 62500 % 250}.{number // 250 % 250}.{1 + number % 250}"


class Customer:
    def __init__(self, site: str, watch: Stopwatch, *, number: int, text: str, loopback: bool) -> None:
        self.browser = Browser(site, watch, address=address_of(number) if loopback else "")
        self.number, self.text = number, text
        self.case_number = self.code = ""

    def file(self) -> None:
        """Fill in the public form; number and code stand on the page that thanks."""
        self.browser.get("/", "home page")
        page = self.browser.get("/complain/", "empty form")
        form = needed(page.form("/complain/"), "complain", page)
        thanks = self.browser.send(
            form, "filing", story=self.text, demands=["apology", "explanation"], name=f"顾客{self.number}", phone=f"139{self.number:08d}"
        )
        if len(thanks.codes) < 2:
            raise WalkError("The page that thanks shows no number and code.")
        self.case_number, self.code = thanks.codes[0].strip(), thanks.codes[1].strip()

    def confirm(self) -> None:
        page = self._open_case()
        form = needed(page.form("/track/case/record/"), "confirm the record", page)
        self.browser.send(form, "confirming the record", **{"record-verdict": "confirmed"})

    def accept(self) -> None:
        page = self._open_case()
        form = needed(page.form("/track/case/answer/"), "answer the decision", page)
        self.browser.send(form, "accepting", **{"answer-verdict": "accept", "answer-words": "可以，就按这个办。"})

    def answer_survey(self) -> None:
        page = self._open_case()
        form = needed(page.form("/track/case/survey/"), "survey", page)
        scores = {
            f"survey-{name}": str(3 + self.number % 3) for name in ("result_score", "attitude_score", "efficiency_score", "ability_score")
        }
        self.browser.send(form, "survey", **scores, **{"survey-open_answer": "处理得还可以，谢谢。", "survey-buys_again": "yes"})

    def _open_case(self) -> Page:
        page = self.browser.get("/track/", "tracking page")
        return self.browser.send(needed(page.form("/track/"), "track", page), "tracking code", code=self.code)
