"""The reward fund: nominate, thank, pay, set the budget of a year."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.amount import Amount
from complaints.models import Fund, Reward, RewardRule
from complaints.models.fund import BUDGET_CAP
from staff.forms.fields import Day, Line, Text, Whole


class NominateForm(forms.ModelForm):
    """By any employee, who may know the number and nothing else of the case."""

    number = Line(label=_("Complaint number"), max_length=12, help_text=_("It stands on the receipt; the customer can tell you."))
    reason = Text(label=_("What the complaint was good for"), rows=4, max_length=5000)
    amount = Amount(label=_("Amount proposed"), required=False, help_text=_("Within the rule; empty where it thanks in words."))

    class Meta:
        model = Reward
        fields = ("number", "rule", "reason", "amount", "vip")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "rule" in self.fields:
            rule: Any = self.fields["rule"]
            rule.queryset = RewardRule.objects.filter(active=True).order_by("position", "pk")
            rule.label_from_instance = rule_in_words


def rule_in_words(rule: RewardRule) -> str:
    """The rule with what it pays, as it is offered to choose from."""
    given = f"{rule.least}–{rule.most}" if rule.pays else _("thanks in words")
    return f"{rule} – {given}"


class ThanksForm(forms.Form):
    thanks = Text(label=_("Thanks, in your own words"), rows=5, max_length=5000, help_text=_("The customer reads this; never a condition."))


class DeclineForm(forms.Form):
    reason = Text(label=_("Why not"), rows=3, help_text=_("The nominator reads this."))


class PayForm(forms.Form):
    paid_on = Day(label=_("Paid on"))
    proof = Line(label=_("Receipt"), max_length=200)
    code = Line(label=_("Claim code"), max_length=40, required=False, help_text=_("As whoever is paid showed it."))

    def about(self, reward: Reward) -> None:
        self.fields["paid_on"].initial = timezone.localdate()
        if reward.way != Reward.Way.CODE:
            del self.fields["code"]


class BudgetForm(forms.ModelForm):
    year = Whole(label=_("Year"), least=2000, most=2200)
    amount = Amount(label=_("Budget"), cap=BUDGET_CAP)

    class Meta:
        model = Fund
        fields = ("year", "amount")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.fields.pop("year", None)  # whose year it is stays
