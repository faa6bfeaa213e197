"""The business record: every act on a case, in order, chained by hashes."""

import hashlib
import json
from datetime import UTC

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import actor_named, append_only
from complaints.querysets import PartOfCaseQuerySet
from complaints.workflow import Actor, Step


class StepChange(models.Model):
    """One act on a case: from step, to step (the same where the act leaves it), who, when, why, and the ids of what was recorded.

    Holds ids, never personal values. `hash` covers the facts, the reason's own hash and the previous row's hash, so that a row
    changed or taken out behind the database's back is found by `manage.py verify`.
    """

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="changes", verbose_name=_("complaint"))
    sequence = models.PositiveIntegerField(_("number"))
    transition = models.CharField(_("act"), max_length=40)
    from_step = models.CharField(pgettext_lazy("step", "from"), max_length=12, choices=Step.choices, blank=True)
    to_step = models.CharField(pgettext_lazy("step", "to"), max_length=12, choices=Step.choices)
    actor = models.CharField(_("who"), max_length=12, choices=Actor.choices)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True)
    records = models.JSONField(_("what was recorded"), default=list)  # [["apology", 17], …]
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("step change")
        verbose_name_plural = _("step changes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["complaint", "sequence"], name="step_change_numbered_once"),
            models.CheckConstraint(
                name="step_change_steps_known", condition=models.Q(to_step__in=Step.values, from_step__in=["", *Step.values])
            ),
            actor_named(),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="continues_the_path",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("last_row", "complaints_stepchange")],
                func="""
                    SELECT * INTO last_row FROM complaints_stepchange WHERE complaint_id = NEW.complaint_id ORDER BY sequence DESC LIMIT 1;
                    IF NEW.sequence <> COALESCE(last_row.sequence, 0) + 1
                       OR NEW.from_step <> COALESCE(last_row.to_step, '')
                       OR NEW.previous_hash <> COALESCE(last_row.hash, '') THEN
                        RAISE EXCEPTION 'step change % of case % does not continue its path', NEW.sequence, NEW.complaint_id
                        USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.sequence} {self.transition}"

    @property
    def moved(self) -> bool:
        """Whether the case stands at another step than before."""
        return self.from_step != self.to_step

    def expected_hash(self) -> str:
        """SHA-256 over the facts of this row, its reason's hash and the previous row's hash."""
        facts = [
            self.complaint_id, self.sequence, self.transition, self.from_step, self.to_step, self.actor, self.by_id,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"), hashlib.sha256(self.reason.encode()).hexdigest(),
            self.records, self.previous_hash,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(facts, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()
