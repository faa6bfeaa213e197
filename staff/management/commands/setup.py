import getpass
import sys
from argparse import ArgumentParser
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from staff.models import Company
from staff.services import company
from staff.services.company import Details, FirstManager

#: Flag, what is asked, what is taken when nothing is answered; None: an answer is needed.
COMPANY = [
    ("company", "Company name", None),
    ("hotline", "Hotline", ""),
    ("address", "Address", ""),
    ("time_zone", "Time zone", "Asia/Shanghai"),
    ("currency", "Currency", "CNY"),
    ("privacy_contact", "Data-protection contact", ""),
]
MANAGER = [
    ("manager_number", "First manager's employee number", None),
    ("manager_name", "First manager's name", None),
    ("manager_email", "First manager's e-mail", ""),
]
PRIVACY_NOTICE = (
    "我们只收集办理您的事项所需的信息：发生了什么、您的要求，以及联系您的方式。信息仅供承办人员查阅，"
    "不用于营销，不提供给无关的第三方。您可以要求查阅、更正或删除您的个人信息。"
)
SERVICE_PROMISE = "每一件都有编号、有专人、有时限、有答复；对处理结果不满意，您可以提出异议。"


class Command(BaseCommand):
    help = "Sets the company up: its name and contacts, the first manager, starter departments, posts and categories."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, question, default in [*COMPANY, *MANAGER]:
            parser.add_argument(f"--{name.replace('_', '-')}", help=question + (f" (default {default})" if default else ""))
        parser.add_argument("--manager-password", help="First manager's password (asked for when left out)")
        parser.add_argument("--update", action="store_true", help="change the company's details after set-up")

    def handle(self, *args: Any, **options: Any) -> None:
        set_up = Company.current().is_set_up
        if set_up and not options["update"]:
            msg = "The company is set up already. Use --update to change its name and contacts."
            raise CommandError(msg)
        if options["update"] and not set_up:
            msg = "There is nothing to update yet. Run `manage.py setup` without --update first."
            raise CommandError(msg)
        try:
            if set_up:
                self._update(options)
            else:
                self._begin(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _begin(self, options: dict[str, Any]) -> None:
        details = self._details({row[0]: self._answer(options, *row) for row in COMPANY}, Company())
        number, name, email = (self._answer(options, *row) for row in MANAGER)
        manager = FirstManager(employee_number=number, name=name, email=email, password=self._password(options))
        company.set_up(details=details, manager=manager, at=timezone.now())
        self.stdout.write(f"{details.name} is set up. {name} signs in with {number}.")

    def _update(self, options: dict[str, Any]) -> None:
        given = {name: options[name] for name, _question, _default in COMPANY if options[name] is not None}
        details = self._details(given, Company.current())
        company.update(details=details, by=None, at=timezone.now())
        self.stdout.write(f"{details.name} is updated.")

    def _details(self, given: dict[str, str], now: Company) -> Details:
        zone = given.get("time_zone", now.time_zone)
        if zone not in available_timezones():
            msg = f"“{zone}” is not a time zone. Use a name such as Asia/Shanghai."
            raise CommandError(msg)
        return Details(
            name=given.get("company", now.name),
            hotline=given.get("hotline", now.hotline),
            address=given.get("address", now.address),
            time_zone=zone,
            currency=given.get("currency", now.currency).upper(),
            answer_days=now.answer_days,
            privacy_contact=given.get("privacy_contact", now.privacy_contact),
            privacy_notice=now.privacy_notice or PRIVACY_NOTICE,
            service_promise=now.service_promise or SERVICE_PROMISE,
        )

    def _answer(self, options: dict[str, Any], name: str, question: str, default: str | None) -> str:
        if options[name] is not None:
            return str(options[name])
        if not sys.stdin.isatty():
            if default is None:
                msg = f"--{name.replace('_', '-')} is needed ({question})."
                raise CommandError(msg)
            return default
        hint = f" [{default}]" if default else ""
        while not (answer := input(f"{question}{hint}: ").strip() or (default or "")) and default is None:
            self.stderr.write("An answer is needed.")
        return answer

    def _password(self, options: dict[str, Any]) -> str:
        given = options["manager_password"]
        if given is not None:
            validate_password(given)
            return str(given)
        if not sys.stdin.isatty():
            msg = "--manager-password is needed (First manager's password)."
            raise CommandError(msg)
        while (refused := _why_refused(password := getpass.getpass("First manager's password: "))) is not None:
            self.stderr.write(refused)  # asked again, so that what was answered before is not lost
        return password


def _why_refused(password: str) -> str | None:
    """Why this password, typed once, is not taken; None if it is, and was typed the same once more."""
    try:
        validate_password(password)
    except ValidationError as error:
        return " ".join(error.messages)
    return None if password == getpass.getpass("Once more: ") else "The two passwords differ."
