"""Step 10: ask the customer, an open question first; then close, or handle once more."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.act import ActForm
from complaints.models import BuysAgain, FollowUp, LowScore, Visit
from complaints.models.visit import MOST_MONTHS
from complaints.workflow import Feeling, Medium
from staff.forms.fields import Day, Person, Pick, Text, Whole, YesNo

SCORE = [("5", _("5 – very satisfied")), ("4", "4"), ("3", "3"), ("2", "2"), ("1", _("1 – very dissatisfied"))]
#: An anonymous customer is asked where they look: on the tracking page.
SPOKEN = (Medium.PHONE, Medium.VISIT, Medium.COUNTER, Medium.LETTER, Medium.EMAIL, Medium.WEB)
SCORES = ("result_score", "attitude_score", "efficiency_score", "ability_score")


class FollowUpForm(ActForm):
    on = Day(label=_("Day"))
    medium = Pick(label=_("Medium"), choices=[(medium.value, medium.label) for medium in SPOKEN])
    reached = YesNo(label=_("Was the customer reached?"))
    open_answer = Text(
        label=_("In the customer's own words"), rows=3, required=False, help_text=_("Ask an open question first: how was it for you?")
    )
    result_score = Pick(label=_("Satisfaction with the result"), choices=SCORE, required=False)
    attitude_score = Pick(label=_("Attitude"), choices=SCORE, required=False)
    efficiency_score = Pick(label=_("Efficiency"), choices=SCORE, required=False)
    ability_score = Pick(label=_("Ability"), choices=SCORE, required=False)
    buys_again = Pick(label=_("Would buy again"), choices=BuysAgain.choices, required=False)
    feeling = Pick(label=_("Feeling"), choices=Feeling.choices, required=False)
    low_answer = Pick(label=_("What follows from a low score"), choices=FollowUp.LowAnswer.choices, required=False)
    remark = Text(label=_("Remark"), rows=2, required=False)

    def offer(self) -> None:
        self.initial = {"on": timezone.localdate(), **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in SCORES:
            cleaned[name] = int(cleaned[name]) if cleaned.get(name) else None
        if cleaned.get("on") and cleaned["on"] > timezone.localdate():
            self.add_error("on", _("This day is still to come."))
        if cleaned.get("reached"):
            for name in ("open_answer", "result_score"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A customer who was reached was asked this."))
        return cleaned


class CloseForm(ActForm):
    """Nothing to fill in: the file holds complaint, process, result and satisfaction."""


class ReopenForm(ActForm):
    reason = Text(label=_("Reason"), rows=3)


class LowScoreForm(forms.Form):
    """What came of asking back after a low answer in the survey."""

    decision = Pick(
        label=_("What came of it"),
        choices=[(each.value, each.label) for each in LowScore.Decision if each != LowScore.Decision.ASKED],
    )
    remark = Text(label=_("What the customer answered"), rows=3)


class EscalateForm(forms.Form):
    remark = Text(label=_("Why complaint management should have it"), rows=3)


class PlanVisitForm(ActForm):
    purpose = Text(label=_("What the visit is for"), rows=2, max_length=2000)
    owner = Person(label=_("Owner"))
    due_on = Day(label=_("By when"))
    every_months = Whole(label=_("Again after months"), least=0, most=MOST_MONTHS, required=False, help_text=_("Leave it empty for once."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["every_months"] = cleaned.get("every_months") or 0
        if cleaned.get("due_on") and cleaned["due_on"] < timezone.localdate():
            self.add_error("due_on", _("This day has passed."))
        return cleaned


class VisitMadeForm(forms.Form):
    done_on = Day(label=_("Made on"))
    medium = Pick(label=_("Medium"), choices=[(medium.value, medium.label) for medium in SPOKEN])
    result = Text(label=_("What came of it"), rows=4)

    def about(self, _visit: Visit) -> None:
        self.fields["done_on"].initial = timezone.localdate()


class VisitOffForm(forms.Form):
    reason = Text(label=_("Why it is not made"), rows=3)


class VisitOwnerForm(forms.Form):
    owner = Person(label=_("Owner"))
