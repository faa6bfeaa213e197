"""Suggestion boxes, opened by two people together; every slip gets a number."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only
from staff.models.history import History


class Box(models.Model):
    """A suggestion box on a wall."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    place = models.CharField(_("place"), max_length=200)
    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("department"))
    #: At least weekly (mission M8).
    days_between = models.PositiveSmallIntegerField(_("opened at least every … days"), default=7)
    active = models.BooleanField(_("in use"), default=True)
    history = History()

    class Meta:
        verbose_name = _("suggestion box")
        verbose_name_plural = _("suggestion boxes")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="box_opened_weekly", condition=Q(days_between__gte=1, days_between__lte=7))]

    def __str__(self) -> str:
        return self.name


class BoxOpening(models.Model):
    """Two people opened a box and counted what lay in it."""

    box = models.ForeignKey(Box, models.PROTECT, related_name="openings", verbose_name=_("box"))
    slips = models.PositiveSmallIntegerField(_("slips found"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("opened by"))
    witness = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("together with"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("opening of a box")
        verbose_name_plural = _("openings of boxes")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="box_opened_by_two", condition=~Q(by=F("witness")))]
        indexes = [models.Index(fields=["box", "-at"], name="box_opened_last")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.box_id} {self.at:%Y-%m-%d}"


class BoxConfirmation(models.Model):
    """The second person says, signed in as themselves, that they were there and that the number of slips is right."""

    opening = models.OneToOneField(BoxOpening, models.PROTECT, related_name="confirmation", verbose_name=_("opening"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("confirmation of an opening")
        verbose_name_plural = _("confirmations of openings")
        default_permissions = ()
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="by_the_second_person",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF NEW.by_id IS DISTINCT FROM (SELECT witness_id FROM intake_boxopening WHERE id = NEW.opening_id) THEN
                        RAISE EXCEPTION 'only the second person confirms' USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opening_id} ✓"


class Slip(models.Model):
    """One slip of an opening, under its number; what it says is its submission."""

    opening = models.ForeignKey(BoxOpening, models.PROTECT, related_name="slip_rows", verbose_name=_("opening"))
    number = models.PositiveSmallIntegerField(_("number"))
    submission = models.OneToOneField("intake.Submission", models.PROTECT, related_name="slip", verbose_name=_("submission"))

    class Meta:
        verbose_name = _("slip")
        verbose_name_plural = _("slips")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["opening", "number"], name="slip_numbered_once"),
            models.CheckConstraint(name="slip_numbered_from_one", condition=Q(number__gte=1)),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="counted_by_two",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM intake_boxopening o JOIN intake_boxconfirmation c ON c.opening_id = o.id
                        WHERE o.id = NEW.opening_id AND NEW.number <= o.slips
                    ) THEN
                        RAISE EXCEPTION 'a slip is one of those that two people counted' USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opening_id}/{self.number}"
