"""Step 9 to its end: the improvement is done, other cases are linked to it, and of the company's older ones somebody checks whether they helped."""

import re

from config.walk.browser import WalkError, needed
from config.walk.page import Form
from config.walk.staff import Handling, Office, Values

MATTERS = "/admin/complaints/statement/mine/"
OWN = re.compile(r"/admin/complaints/myimprovement/\d+/change/")
IMPROVEMENT = re.compile(r"/admin/complaints/improvement/(\d+)/change/")
CHECK = re.compile(r"/admin/complaints/improvement/\d+/act/check/")
#: Nobody checks their own.
CHECKERS = ("manager", "head")


def complete(handling: Handling) -> None:
    """By its owner, on “My matters”; those whose complaints led to it are told."""
    browser = handling.office.browser(handling.head)
    page = browser.get(MATTERS, "my matters")
    for address in filter(OWN.search, page.links):
        shown = browser.get(address, "improvement of mine")
        if handling.case_number in shown.html:
            done = browser.get(address.replace("/change/", "/act/complete/"), "improvement: complete, the page")
            result = {"result": f"已完成：{handling.origin.action}", "proof": "文件新版本编号与培训签到表在卷"}
            browser.send(needed(done.own_form, "complete", done), "improvement: complete", **result)
            handling.done("improvement completed")
            return
    raise WalkError(f"{handling.case_number}: its improvement does not stand among the matters of {handling.head}.")


def link(handling: Handling) -> None:
    """To one of another case of the same kind, where there is any."""
    page = handling.page(handling.head)
    form = next((found for found in page.forms if found.id == "act-link_improvement"), None)
    if form is None or not any(form.choices.get("improvement", {})):
        return
    handling.act(handling.head, "link_improvement", _first)


def _first(form: Form) -> Values:
    return {"improvement": form.first("improvement")}


def check_effects(office: Office) -> int:
    """How many were checked: what stands on somebody's first page as ripe, on the numbers shown there."""
    checked = 0
    for who in CHECKERS:
        browser = office.browser(who)
        for address in dict.fromkeys(filter(IMPROVEMENT.search, browser.get("/admin/", "first page").links)):
            act = next(filter(CHECK.search, browser.get(address, "improvement").links), None)
            if act is not None:
                asked = browser.get(act, "improvement: check, the page")
                said = {"verdict": "effective", "remark": "同类投诉已逐件看过，不再是同一原因。"}
                browser.send(needed(asked.own_form, "check", asked), "improvement: check", **said)
                checked += 1
    return checked
