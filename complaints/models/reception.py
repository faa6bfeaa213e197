"""What the first four steps record: the apology, the confirmation of the record, the judgement, who answers for it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import actor_named, append_only, append_only_but
from complaints.workflow import Actor, Feeling, Medium, Severity


class Apology(models.Model):
    """A named person calmed the complainant and apologised (step 1). The automatic acknowledgement does not count as one."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="apologies", verbose_name=_("complaint"))
    words = models.TextField(_("words"))
    medium = models.CharField(_("medium"), max_length=10, choices=Medium.choices)
    feeling_before = models.CharField(_("feeling before"), max_length=12, choices=Feeling.choices)
    feeling_after = models.CharField(_("feeling after"), max_length=12, choices=Feeling.choices, blank=True)
    judged_by_complainant = models.BooleanField(_("in the complainant's own judgement"), default=False)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("apology")
        verbose_name_plural = _("apologies")
        default_permissions = ()
        triggers = append_only_but("words")


class Confirmation(models.Model):
    """The record was read back or shown to the complainant, who confirmed or corrected it (step 2)."""

    class How(models.TextChoices):
        READ_BACK = "read_back", _("Read back in conversation")
        SHOWN = "shown", _("Shown on the tracking page")

    class Result(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        CORRECTED = "corrected", _("Corrected")
        WAITING = "waiting", _("No answer yet")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="confirmations", verbose_name=_("complaint"))
    how = models.CharField(_("how"), max_length=12, choices=How.choices)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices)
    correction = models.TextField(_("correction"), blank=True)
    actor = models.CharField(_("who"), max_length=12, choices=Actor.choices)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        default_permissions = ()
        triggers = append_only_but("correction")
        constraints = [
            actor_named(),
            models.CheckConstraint(name="confirmation_correction_in_words", condition=~Q(result="corrected") | ~Q(correction="")),
        ]


class Classification(models.Model):
    """The judgement of step 3. An unfounded one waits for its `review` by a second person."""

    class Fault(models.TextChoices):
        PRODUCT = "product", _("The product or service")
        USE = "use", _("Its use")
        NEITHER = "neither", _("Neither")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="classifications", verbose_name=_("complaint"))
    category = models.ForeignKey("complaints.Category", models.PROTECT, related_name="+", verbose_name=_("category"))
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    fault = models.CharField(_("at fault"), max_length=10, choices=Fault.choices)
    reason_sufficient = models.BooleanField(_("the reason is sufficient"))
    demand_reasonable = models.BooleanField(_("the demand is reasonable"))
    standard = models.TextField(_("measured against which standard"), blank=True)
    #: The measurable row it was measured against, where there is one; of the version in force on the day of the event.
    measured_against = models.ForeignKey(
        "complaints.Standard", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("measured against")
    )
    reasons = models.TextField(_("reasons"), blank=True)
    unfounded = models.BooleanField(_("unfounded"), default=False)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                name="unfounded_has_standard_and_reasons", condition=Q(unfounded=False) | (~Q(standard="") & ~Q(reasons=""))
            ),
        ]


class ClassificationReview(models.Model):
    """The second person's word on “unfounded”. The database refuses the same person twice."""

    classification = models.OneToOneField(Classification, models.PROTECT, related_name="review", verbose_name=_("classification"))
    confirmed = models.BooleanField(_("confirmed"))
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("second look at “unfounded”")
        verbose_name_plural = _("second looks at “unfounded”")
        default_permissions = ()
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="by_a_second_person",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF NEW.by_id = (SELECT by_id FROM complaints_classification WHERE id = NEW.classification_id) THEN
                        RAISE EXCEPTION 'the second person must be another' USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Assignment(models.Model):
    """Who had the case when, and why it changed hands."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", _("Assigned")
        CLAIMED = "claimed", _("Claimed")
        HANDED_OVER = "handed_over", _("Handed over")
        TAKEN_OVER = "taken_over", _("Taken over")
        TRANSFERRED = "transferred", _("Transferred")
        RETURNED = "returned", _("Given back for handling")
        FOLLOW_UP = "follow_up", _("Given out for follow-up")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="assignments", verbose_name=_("complaint"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("department"))
    handler = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handler"))
    reason = models.TextField(_("reason"), blank=True)
    actor = models.CharField(_("who"), max_length=12, choices=Actor.choices)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            actor_named(),
            models.CheckConstraint(
                name="assignment_hand_over_has_reason",
                condition=~Q(kind__in=["handed_over", "transferred", "taken_over"]) | ~Q(reason=""),
            ),
        ]


class Recusal(models.Model):
    """Who must keep out of a case. Who is named in it never sees it; who judged it before sees it but does not judge again.

    Who stood above somebody when a report named them never sees it either, wherever that person is moved to later.
    """

    class Kind(models.TextChoices):
        NAMED = "named", _("Named in the complaint")
        ABOVE_NAMED = "above_named", _("Superior of somebody a report names")
        JUDGED_BEFORE = "judged_before", _("Judged it before")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="recusals", verbose_name=_("complaint"))
    user = models.ForeignKey("staff.User", models.PROTECT, related_name="recusals", verbose_name=_("employee"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    actor = models.CharField(_("who"), max_length=12, choices=Actor.choices)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        default_permissions = ()
        triggers = append_only()
        constraints = [actor_named(), models.UniqueConstraint(fields=["complaint", "user", "kind"], name="recusal_once")]
