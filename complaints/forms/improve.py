"""Step 9: what is done so that it does not happen again, or why nothing."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from complaints.forms.act import ActForm, RowForm, Rows
from complaints.models import EffectivenessCheck, Improvement
from complaints.queries.improvements import alike, effect_of
from staff.forms.fields import Day, Line, Person, Pick, RowPick, Text

PROOF_HELP = _("Which document in which version, which training on which day: so that somebody else can see it.")


class ImprovementRow(RowForm):
    kind = Pick(label=_("Kind"), choices=Improvement.Kind.choices)
    lesson = Text(label=_("Lesson"), rows=2, max_length=2000)
    action = Text(label=pgettext_lazy("improvement", "Action"), rows=2, max_length=2000)
    changes = Pick(label=_("What it changes"), choices=Improvement.Changes.choices)
    changes_nothing_because = Line(label=_("Why it changes none of these"), max_length=500, required=False)
    expectation = Text(label=_("Expected effect"), rows=2, max_length=2000)
    owner = Person(label=_("Owner"))
    due_on = Day(label=_("Due on"))
    check_days = forms.IntegerField(
        label=_("Days after which its effect is checked"), initial=90, min_value=7, max_value=730, required=False,
        widget=UnfoldAdminIntegerFieldWidget(),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("changes") == Improvement.Changes.NOTHING and not cleaned.get("changes_nothing_because"):
            self.add_error("changes_nothing_because", _("Say why it changes no document, standard, product or training."))
        if cleaned.get("due_on") and cleaned["due_on"] < timezone.localdate():
            self.add_error("due_on", _("This day has passed."))
        if cleaned.get("check_days") is None and "check_days" not in self.errors:
            cleaned["check_days"] = 90
        return cleaned


class ImproveForm(ActForm):
    rows = (
        Rows(
            "improvements",
            _("Improvements"),
            ImprovementRow,
            _("At least one; what led the customer to expect otherwise?"),
            extra=1,
            least=1,
        ),
    )


class PassImproveForm(ActForm):
    reason = Text(label=_("Why there is nothing to improve"), rows=3)


class CompleteImprovementForm(ActForm):
    improvement = RowPick(label=_("Improvement"))
    result = Text(label=_("What was done"), rows=3, help_text=_("The customers whose complaints led to it read this."))
    proof = Text(label=_("Proof"), rows=2, max_length=2000, help_text=PROOF_HELP)

    def offer(self) -> None:
        waiting = [row for row in self.offers.rows("improvements", "due_on", "pk") if row.done_at is None]
        self.pick("improvement", waiting, lambda row: row.action[:60])


class LinkImprovementForm(ActForm):
    improvement = RowPick(label=_("Improvement"))

    def offer(self) -> None:
        self.pick("improvement", alike(self.case, self.by)[:50], lambda row: f"{row.complaint.number} {row.action[:60]}")


class DoneForm(forms.Form):
    """The owner's own page: the improvement is done."""

    result = Text(label=_("What was done"), rows=3, help_text=_("The customers whose complaints led to it read this."))
    proof = Text(label=_("Proof"), rows=2, max_length=2000, help_text=PROOF_HELP)


class EffectForm(forms.Form):
    """Whether it helped, beside the numbers."""

    verdict = Pick(label=_("Verdict"), choices=EffectivenessCheck.Verdict.choices)
    remark = Text(label=_("Remark"), rows=3, max_length=2000, required=False)

    def about(self, improvement: Improvement) -> None:
        effect = effect_of(improvement)
        said = {"days": effect.days, "before": effect.before, "after": effect.after}
        text = _("Complaints of this kind: %(before)s in the %(days)s days before it was done, %(after)s in the %(days)s days after.")
        self.fields["verdict"].help_text = text % said
