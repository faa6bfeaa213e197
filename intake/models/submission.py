from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only
from intake.querysets import SubmissionQuerySet


class Submission(models.Model):
    """What arrived, exactly as it was typed, before anybody understood it. Holds no address of the sender's machine."""

    channel = models.ForeignKey("intake.Channel", models.PROTECT, related_name="submissions", verbose_name=_("channel"))
    #: Made with the empty form: the same form sent twice is one submission.
    form_key = models.UUIDField(_("form key"), unique=True, editable=False)
    language = models.CharField(_("language"), max_length=10)
    payload = models.JSONField(_("what was typed"))
    digest = models.CharField(max_length=64, editable=False)
    received_at = models.DateTimeField(_("received at"))

    objects: ClassVar[Any] = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        default_permissions = ()
        indexes = [models.Index(fields=["received_at"], name="submission_by_time")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.pk} {self.digest[:8]}"


class Filing(models.Model):
    """The case a submission became."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="filing", verbose_name=_("submission"))
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="+", verbose_name=_("complaint"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("filing")
        verbose_name_plural = _("filings")
        default_permissions = ()
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.submission_id} → {self.complaint_id}"
