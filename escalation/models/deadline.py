from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import undeletable
from complaints.workflow import OPEN_STEPS


class Deadline(models.Model):
    """By when a case should have left one step, and when it did. Opened and closed with the step, in the same transaction."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        MET = "met", _("Kept")
        BREACHED = "breached", _("Missed")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="deadlines", verbose_name=_("complaint"))
    step = models.CharField(_("step"), max_length=12, choices=[(step.value, step.label) for step in OPEN_STEPS])
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("since"))
    due_at = models.DateTimeField(_("due at"))
    closed_at = models.DateTimeField(_("done at"), null=True, blank=True)
    #: Sequence of the StepChange that opened it.
    change_opened = models.PositiveIntegerField(_("opened by act"))

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        default_permissions = ()
        permissions = [
            ("manage_deadlines", "Edit time limits, calendar and office hours"),
            ("ask_extension", "Ask for more time"),
            ("approve_extension", "Grant or refuse more time"),
            ("order_supervision", "Order supervision"),
            ("declare_incident", "Declare an incident"),
            ("run_incident", "Carry out measures of an incident"),
            ("manage_crises", "Manage crises"),
            ("manage_routing", "Edit rules of routing"),
            ("decide_routed", "Decide what was routed"),
            ("ask_department", "Ask another department"),
        ]
        triggers = undeletable(frozen=("complaint", "step", "opened_at", "due_at", "change_opened"))
        indexes = [models.Index(fields=["due_at"], condition=Q(state="open"), name="deadline_open_due")]
        constraints = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(state="open"), name="deadline_one_open"),
            models.UniqueConstraint(fields=["complaint", "change_opened"], name="deadline_one_per_act"),
            models.CheckConstraint(name="deadline_step_known", condition=Q(step__in=[step.value for step in OPEN_STEPS])),
            models.CheckConstraint(name="deadline_closed_has_time", condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False))),
            models.CheckConstraint(name="deadline_after_its_opening", condition=Q(due_at__gt=models.F("opened_at"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.complaint} {self.get_step_display()}"
