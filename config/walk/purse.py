"""The manager gives the units and the fund enough for a walk of any length."""

import re

from config.walk.browser import needed
from config.walk.staff import Office

ROWS = {"/admin/complaints/budget/": "5000000.00", "/admin/complaints/fund/": "500000.00"}


def fill(office: Office) -> None:
    browser = office.browser("manager")
    for address, amount in ROWS.items():
        pattern = re.compile(rf"{address}\d+/change/")
        for link in dict.fromkeys(filter(pattern.search, browser.get(address, "budgets").links)):
            page = browser.get(link, "budget")
            form = needed(next((each for each in page.forms if "amount" in each.values), None), "set the amount", page)
            browser.send(form, "setting a budget", amount=amount)
