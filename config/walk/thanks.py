"""Thanks from the reward fund after a case is closed: nominated, decided on by somebody else, paid by a third."""

import re

from config.walk.browser import WalkError, needed
from config.walk.customer import Customer
from config.walk.staff import Office

REWARDS = "/admin/complaints/reward/"
REWARD = re.compile(r"/admin/complaints/reward/(\d+)/change/")
RULE = "促成改进的投诉"


def thank(customer: Customer, office: Office) -> None:
    """An agent nominates, the executive thanks, the management of complaints pays; who is protected is paid for the code they were shown."""
    clerk = office.browser("agent")
    page = clerk.get(f"{REWARDS}add/", "nominating")
    form = needed(next((each for each in page.forms if "rule" in each.choices), None), "nominate", page)
    why = f"{customer.case_number} 的投诉促成了作业规程的改进。"
    clerk.send(form, "nominating", number=customer.case_number, rule=form.choice("rule", RULE), reason=why, amount="100.00")
    number = _number_of(customer, office)
    _press(office, "executive", number, "approve", thanks="感谢您把问题如实告诉我们，后面的顾客不会再遇到同样的麻烦。")
    code = customer.claim_code()
    _press(office, "manager", number, "pay", proof="转账回单", **({"code": code} if code else {}))


def _number_of(customer: Customer, office: Office) -> str:
    """As the list shows it to who nominated."""
    page = office.browser("agent").get(REWARDS, "rewards")
    found = (REWARD.search(row) for row in page.html.split("<tr") if customer.case_number in row)
    number = next(filter(None, found), None)
    if number is None:
        raise WalkError(f"The nomination of {customer.case_number} is not in the list of who made it.")
    return number.group(1)


def _press(office: Office, who: str, number: str, act: str, **said: str) -> None:
    browser = office.browser(who)
    page = browser.get(f"{REWARDS}{number}/act/{act}/", f"reward: {act}, the page")
    browser.send(needed(page.own_form, act, page), f"reward: {act}", **said)
