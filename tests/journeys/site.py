"""A company with its doors open: an office that speaks one language, a server in front of it, cases that walk by the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from complaints.models import Category, Complaint, DemandAnswer, Improvement, ItemRule, RemedyItem, Why
from complaints.services import improve, notify
from complaints.services.inputs import AnswerInput, DemandInput, ImprovementInput, ItemInput, PartyInput, WhyInput
from escalation.models import DeadlinePolicy, Regime
from escalation.services.policies import REGIMES
from intake.services import channels
from staff.models import Company, Department, User, WorkDay
from tests.factories.cases import Office, Walk
from tests.journeys.words import Words


@dataclass
class Site:
    """Where a journey takes place."""

    url: str
    words: Words
    office: Office

    def session_of(self, user: User) -> str:
        """The cookie of somebody signed in, for journeys that do not begin at the log-in form."""
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client.cookies["sessionid"].value

    def story(self, *, days_ago: float = 2, **filing: Any) -> Story:
        """A case filed some days ago."""
        return Story(self, at=timezone.now() - timedelta(days=days_ago), **filing)


def found_office(words: Words) -> Office:
    """The office of all tests, its people and departments renamed."""
    with translation.override(words.language):
        office = Office.found()
        channels.seed()
        DeadlinePolicy.objects.update(source=gettext("Starting value"))  # written by the migrations, in the language of the installation
        ItemRule.objects.exclude(source="").update(source=gettext("Starting value"))  # laws, in the language they were written in
        WorkDay.objects.update(name="")  # the library's names of holidays, in the language of the installation
        for regime in Regime.objects.all():
            Regime.objects.filter(pk=regime.pk).update(name=str(REGIMES[regime.code][0]))
    Company.objects.update(name=words.company, address=words.address, hotline="400-820-1234")
    Category.objects.update(name=words.category)
    for field, name in words.names.items():
        who = getattr(office, field)
        who.name = name
        if isinstance(who, Department):
            Department.objects.filter(pk=who.pk).update(name=name)
        else:
            User.objects.filter(pk=who.pk).update(name=name, language=words.language)
            who.refresh_from_db()
    return office


class Story(Walk):
    """A case that goes on by the services, told in the words of the site; never ahead of the clock, which the browser's part goes by."""

    def __init__(self, site: Site, *, at: datetime | None = None, case: Complaint | None = None, **filing: Any) -> None:
        self.words = site.words
        if case is not None:
            self.office, self.at, self.case = site.office, case.received_at, case
            return
        said = self.words
        mine = {
            "story": said.story,
            "demands": [DemandInput("repair", said.wish), DemandInput("apology")],
            "complainant": PartyInput(name=said.customer, email="fields@example.com", phone="13800138000", language=said.language),
        }
        with translation.override(said.language):
            super().__init__(site.office, at or timezone.now(), **(mine | filing))

    def _now(self) -> datetime:
        self.at = min(self.at + timedelta(minutes=10), timezone.now())
        return self.at

    def apologize(self, by: User | None = None, **changes: Any) -> Complaint:
        return super().apologize(by, **({"words": self.words.apology} | changes))

    def record(self, by: User | None = None, **changes: Any) -> Complaint:
        return super().record(by, **({"facts": self.words.facts, "allegations": list(self.words.allegations)} | changes))

    def judgement(self, **changes: Any) -> dict[str, Any]:
        return super().judgement(**({"standard": self.words.standard, "reasons": self.words.reasons} | changes))

    def cause(self, **changes: Any) -> dict[str, Any]:
        first, second = self.words.whys
        whys = [WhyInput(first, Why.Basis.EVIDENCE, self.words.finding), WhyInput(second, Why.Basis.OPINION)]
        values = super().cause(cause_text=self.words.cause, whys=whys)
        values["findings"] = {key: type(found)(found.finding, self.words.finding) for key, found in values["findings"].items()}
        return values | changes

    def solution(self, **changes: Any) -> dict[str, Any]:
        due, owner = timezone.localdate(self.at) + timedelta(days=3), self.office.investigator
        items = [
            ItemInput(RemedyItem.Kind.REPLACEMENT, self.words.repair, None, owner, due),
            ItemInput(RemedyItem.Kind.COMPENSATION, self.words.money, Decimal("120.00"), owner, due),
        ]
        answers = {row.pk: AnswerInput(DemandAnswer.Answer.MET) for row in self.case.demands.all()}
        answer = self.words.agreed if self.case.own_proposal else ""
        said = {"why_it_cures": self.words.cure, "own_proposal_answer": answer, "answers": answers, "items": items}
        return said | {"value": self.worth()} | changes

    def send(self, by: User | None = None) -> Complaint:
        with translation.override(self.words.language):
            return super().send(by)

    def fulfil(self, by: User | None = None) -> Complaint:
        for item in RemedyItem.objects.filter(remedy__complaint=self.case, remedy__state="accepted", fulfilled_at=None):
            values = self._acting(by or self.office.investigator, item_id=item.pk, proof=self.words.proof)
            notify.fulfil(**values, fulfilled_on=timezone.localdate(self.at))
        return self.fresh()

    def pass_penalize(self, by: User | None = None, **changes: Any) -> Complaint:
        return super().pass_penalize(by, **({"reason": self.words.nobody, "handling_answer": self.words.handling} | changes))

    def improve(self, by: User | None = None) -> Complaint:
        said, head = self.words, self.office.head
        due = timezone.localdate(self.at) + timedelta(days=20)
        given = ImprovementInput(
            Improvement.Kind.CORRECTIVE, said.lesson, said.action, Improvement.Changes.DOCUMENT, said.expectation, head, due
        )
        improve.improve(**self._acting(by or head, improvements=[given]))
        return self.fresh()

    def ask(self, by: User | None = None, **changes: Any) -> Complaint:
        return super().ask(by, **({"open_answer": self.words.praise} | changes))
