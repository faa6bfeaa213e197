from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import append_only, erasable, paired, undeletable
from escalation.models.policy import DeadlinePolicy, Regime
from escalation.obligations import MATTERS, PauseReason, Unit
from escalation.querysets import DeadlineQuerySet, PartOfCaseQuerySet, PauseQuerySet

RUNNING = ("open", "paused")


class Deadline(models.Model):
    """By when something is owed in a case, and when it was done. A case has several: that of its step, and obligations across the steps.

    Written by `services.deadlines` alone, inside the transaction of the act that began or ended it. How to find them:

    - due by a moment, the earliest first: `Deadline.objects.due_by(moment)` (open, not paused, `due_at <= moment`; one index, see `deadline_running_due`).
      For a rung N minutes after due: `due_by(at - N)`; for one N before: `due_by(at + N)`.
    - overdue now: `.overdue(at)`; standing still: `.paused()`; open or paused: `.running()`.
    - of a case: `complaint.deadlines`; the step's own has `matter` in `escalation.obligations.STEPS`.
    - with what a list or a rung needs: `.for_list()`; what a person may see: `.visible_to(user)`.

    Overdue is a comparison with the clock, not a state: BREACHED is written when the late thing was done, with `closed_at`. While PAUSED, `due_at`
    is where it stood when the pause began and means nothing; on resuming it is counted anew. When `due_at` moves (pause, extension, calendar,
    policy), a `DeadlineChange` says from what to what and why: a rung already climbed for the old date stays climbed, so key rungs by
    (deadline, rung, due_at) if they are to fire again for a new date, or by (deadline, rung) if never again.
    `is_sure` is False while a year is missing from the calendar the date was counted with.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("deadline", "Running")
        PAUSED = "paused", pgettext_lazy("deadline", "Standing still")
        MET = "met", _("Kept")
        BREACHED = "breached", _("Missed")
        #: The case was withdrawn, or became something this is not owed for, in time.
        DROPPED = "dropped", _("No longer needed")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="deadlines", verbose_name=_("complaint"))
    matter = models.CharField(_("time limit of"), max_length=14, choices=MATTERS)
    #: Empty in rows from before there were regimes.
    regime = models.ForeignKey(Regime, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rules"))
    policy = models.ForeignKey(DeadlinePolicy, models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name=_("rule"))
    #: Whose office hours count.
    department = models.ForeignKey(
        "staff.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    amount = models.PositiveSmallIntegerField(pgettext_lazy("of time", "amount"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=14, choices=Unit.choices, blank=True)
    #: Granted by extensions, in the same unit.
    extended_by = models.PositiveSmallIntegerField(_("extended by"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("since"))
    due_at = models.DateTimeField(_("due at"))
    is_sure = models.BooleanField(_("counted with a complete calendar"), default=True)
    closed_at = models.DateTimeField(_("done at"), null=True, blank=True)
    #: Sequence of the StepChange that opened it.
    change_opened = models.PositiveIntegerField(_("opened by act"))

    objects = DeadlineQuerySet.as_manager()

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
        triggers = [
            *undeletable(frozen=("complaint", "matter", "regime", "department", "opened_at", "change_opened")),
            pgtrigger.Trigger(
                name="moves_with_a_record",
                operation=pgtrigger.UpdateOf("due_at"),
                when=pgtrigger.Before,
                func="""
                    IF NEW.due_at IS DISTINCT FROM OLD.due_at AND NOT EXISTS (
                        SELECT 1 FROM escalation_deadlinechange WHERE deadline_id = NEW.id AND due_before = OLD.due_at AND due_after = NEW.due_at
                    ) THEN
                        RAISE EXCEPTION 'deadline % moves without a record', NEW.id USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], include=["state"], condition=Q(state__in=RUNNING), name="deadline_running_due"),
            models.Index(fields=["complaint"], condition=Q(state__in=RUNNING), name="deadline_running_of_case"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "regime", "matter"], condition=Q(state__in=RUNNING), name="deadline_one_running", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["complaint", "regime", "matter", "change_opened"], name="deadline_one_per_act", nulls_distinct=False
            ),
            models.CheckConstraint(name="deadline_matter_known", condition=Q(matter__in=[value for value, _label in MATTERS])),
            models.CheckConstraint(name="deadline_state_known", condition=Q(state__in=["open", "paused", "met", "breached", "dropped"])),
            models.CheckConstraint(
                name="deadline_closed_has_time",
                condition=Q(state__in=RUNNING, closed_at=None) | (~Q(state__in=RUNNING) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(name="deadline_after_its_opening", condition=Q(due_at__gt=F("opened_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} {self.get_matter_display()}"

    @property
    def extension_left(self) -> int:
        """By how much its rule still lets it be extended, in its own unit."""
        return max(self.policy.extension_most - self.extended_by, 0) if self.policy else 0

    def is_late(self, at: datetime) -> bool:
        """Over before it was met: no other rules, and no word of ours, make that undone."""
        return self.state == self.State.OPEN and self.due_at < at

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


class Pause(models.Model):
    """A time in which nothing passes for the limits of a case whose policy names the reason. Ended by the handler, by the customer's word, with the case, or when its
    end has come."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="pauses", verbose_name=_("complaint"))
    reason = models.CharField(_("because"), max_length=10, choices=PauseReason.choices)
    words = models.TextField(_("reason"), max_length=1000, blank=True)
    from_at = models.DateTimeField(pgettext_lazy("time", "from"))
    #: Empty where a step did it.
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    #: It ends by itself then; empty where a step did it.
    until = models.DateTimeField(_("until at the latest"), null=True, blank=True)
    to_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by"))

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause of time limits")
        verbose_name_plural = _("pauses of time limits")
        default_permissions = ()
        triggers = [*undeletable(frozen=("complaint", "reason", "from_at", "by", "until")), erasable("words")]
        indexes = [models.Index(fields=["until"], condition=Q(to_at=None), name="pause_ends")]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "reason"], condition=Q(to_at=None), name="pause_one_running"),
            models.CheckConstraint(name="pause_reason_known", condition=Q(reason__in=PauseReason.values)),
            models.CheckConstraint(name="pause_ends_after_it_began", condition=Q(to_at=None) | Q(to_at__gte=F("from_at"))),
            models.CheckConstraint(name="pause_ended_by_when", condition=Q(ended_by=None) | Q(to_at__isnull=False)),
            models.CheckConstraint(
                name="pause_by_hand_has_an_end",
                condition=Q(until__isnull=False, until__gt=F("from_at"))
                | Q(by=None)
                | Q(reason=PauseReason.ANSWER)
                | Q(to_at__isnull=False),
            ),
            models.CheckConstraint(name="pause_by_hand_says_why", condition=Q(by=None) | ~Q(words="") | Q(reason=PauseReason.ANSWER)),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} {self.get_reason_display()}"


class DeadlineChange(models.Model):
    """One move of a deadline: from when to when, by whom and why. Written before the deadline moves; the database asks for it."""

    class Why(models.TextChoices):
        PAUSED = "paused", _("stands still")
        RESUMED = "resumed", _("runs again")
        EXTENDED = "extended", _("extended")
        CALENDAR = "calendar", _("the calendar changed")
        POLICY = "policy", _("the rule changed")
        CASE = "case", _("the case is judged otherwise")

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="moves", verbose_name=_("deadline"))
    why = models.CharField(_("why"), max_length=10, choices=Why.choices)
    due_before = models.DateTimeField(_("due before"))
    due_after = models.DateTimeField(_("due after"))
    #: Empty where the system did it.
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("move of a deadline")
        verbose_name_plural = _("moves of deadlines")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                name="deadline_change_reason_known", condition=Q(why__in=["paused", "resumed", "extended", "calendar", "policy", "case"])
            )
        ]


class Extension(models.Model):
    """More time asked for one deadline; granted or refused by somebody else. What was granted, the customer is told."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        #: The deadline ended before anybody decided.
        LAPSED = "lapsed", _("Not decided in time")

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="extensions", verbose_name=_("deadline"))
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="extensions", verbose_name=_("complaint"))
    amount = models.PositiveSmallIntegerField(_("more time"))
    #: Of what so many were asked for; empty: from before this was kept.
    unit = models.CharField(_("unit"), max_length=14, choices=Unit.choices, blank=True)
    reason = models.TextField(_("reason"), max_length=1000)
    #: What the customer is told of it.
    to_customer = models.TextField(_("words for the customer"), max_length=1000)
    asked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=pgettext_lazy("extension", "asked by"))
    asked_at = models.DateTimeField(pgettext_lazy("extension", "asked at"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    message = models.ForeignKey(
        "complaints.Message", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("message to the customer")
    )

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        default_permissions = ()
        triggers = [
            *undeletable(frozen=("deadline", "complaint", "amount", "unit", "asked_by", "asked_at")),
            erasable("reason", "to_customer", "answer", written_later=True),
        ]
        constraints = [
            models.UniqueConstraint(fields=["deadline"], condition=Q(state="asked"), name="extension_one_waiting"),
            models.CheckConstraint(name="extension_by_another", condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by"))),
            models.CheckConstraint(name="extension_says_why", condition=~Q(reason="") & ~Q(to_customer="")),
            models.CheckConstraint(name="extension_longer_than_nothing", condition=Q(amount__gte=1)),
            models.CheckConstraint(
                name="extension_decided_by_somebody",
                condition=Q(state__in=["asked", "lapsed"], decided_by=None) | Q(state__in=["granted", "refused"], decided_by__isnull=False),
            ),
            models.CheckConstraint(name="extension_granted_is_told", condition=~Q(state="granted") | Q(message__isnull=False)),
            paired("decided_by", "decided_at"),
        ]

    def __str__(self) -> str:
        return f"{self.deadline} +{self.amount}"
