import json
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedTextField

from complaints.models.evidence import append_only
from intake.querysets import SubmissionManager
from staff.models.history import table_stays

#: What identifies somebody never stands among their words, but in `claim`.
CLAIM = ("name", "phone", "email", "address")
#: A case's erasure empties what it was made of; what became no case is emptied when it is put aside for good.
MAY_BE_EMPTIED = """
    IF (NEW.payload IS DISTINCT FROM OLD.payload AND NEW.payload <> '{}'::jsonb)
       OR (NEW.claim IS DISTINCT FROM OLD.claim AND NEW.claim IS NOT NULL)
       OR (NEW.raw IS DISTINCT FROM OLD.raw AND NEW.raw IS NOT NULL)
       OR NOT EXISTS (
           SELECT 1 FROM intake_filing f JOIN complaints_erasure e ON e.complaint_id = f.complaint_id WHERE f.submission_id = NEW.id
           UNION ALL SELECT 1 FROM intake_discard d WHERE d.submission_id = NEW.id
       ) THEN
        RAISE EXCEPTION 'what arrived stays, unless its case is erased' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class Submission(models.Model):
    """What arrived, exactly as it was, before anybody understood it. Holds no address of the sender's machine.

    Who they say they are lies in `claim`, encrypted, apart from their words; of an anonymous one there is none.
    """

    channel = models.ForeignKey("intake.Channel", models.PROTECT, related_name="submissions", verbose_name=_("channel"))
    #: Made with the empty form: the same form sent twice is one submission.
    form_key = models.UUIDField(_("form key"), unique=True, editable=False)
    #: What the sender's side calls it: a mail's Message-ID (hashed), the number of a slip or recording. The same thing arrives once.
    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True, editable=False)  # NULLs are not equal, "" would be
    language = models.CharField(_("language"), max_length=10)
    payload = models.JSONField(_("what was said"), default=dict)
    claim = EncryptedTextField(null=True, blank=True, editable=False)  # the field knows no empty text
    raw = models.BinaryField(_("as it arrived"), null=True, blank=True, editable=False)
    #: Keyed, over words, claim and raw form.
    digest = models.CharField(max_length=64, editable=False)
    recorded_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by"))
    received_at = models.DateTimeField(_("received at"))

    objects: ClassVar[Any] = SubmissionManager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        default_permissions = ()
        indexes = [models.Index(fields=["received_at"], name="submission_by_time")]
        triggers = [
            pgtrigger.Protect(name="rows_stay", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="facts_stay", exclude=["payload", "claim", "raw"]),
            pgtrigger.Trigger(name="words_stay", operation=pgtrigger.Update, when=pgtrigger.Before, func=MAY_BE_EMPTIED),
            table_stays(),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def claimed(self) -> dict[str, Any]:
        """Who the sender says they are; empty where they said nothing, or where it was erased."""
        return json.loads(self.claim) if self.claim else {}


class Filing(models.Model):
    """What a submission became: a case, or (with `message`) something said on a case there was."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="filing", verbose_name=_("submission"))
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="+", verbose_name=_("complaint"))
    message = models.ForeignKey("complaints.Message", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("message"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("filing")
        verbose_name_plural = _("filings")
        default_permissions = ()
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.submission_id} → {self.complaint_id}"


class Hold(models.Model):
    """A submission that waits for a person: nobody but a person can understand it, or something about it is odd."""

    class Why(models.TextChoices):
        RECORDING = "recording", _("A recording to listen to")
        SLIP = "slip", _("A slip to type in")
        POST = "post", _("A post to look at")
        AUTOMATIC = "automatic", _("An automatic answer")
        BOUNCE = "bounce", _("A mail came back")
        LIST = "list", _("Sent to many")
        OWN = "own", _("Our own mail came round")
        UNREADABLE = "unreadable", _("Cannot be read by a machine")
        TOO_LARGE = "too_large", _("Larger or more nested than we take")
        FLOOD = "flood", _("Too many from one sender")
        FAILED = "failed", _("Filing failed")

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="hold", verbose_name=_("submission"))
    why = models.CharField(_("why it waits"), max_length=12, choices=Why.choices)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("held submission")
        verbose_name_plural = _("held submissions")
        default_permissions = ()
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.submission_id} {self.why}"


class Discard(models.Model):
    """A person looked at a held submission and put it aside, saying why."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="discard", verbose_name=_("submission"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("submission put aside")
        verbose_name_plural = _("submissions put aside")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="discard_has_a_reason", condition=~Q(reason=""))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.submission_id} ×"
