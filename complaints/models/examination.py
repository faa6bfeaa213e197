"""What the worker found in a file. Until such a row says “clean”, nobody opens the file."""

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models.conversation import Attachment
from complaints.models.evidence import append_only


def cleaned_name(examination: "Examination", _filename: str) -> str:
    """Where a cleaned file lies: by a random key of its own."""
    key = str(examination.key)
    return f"{key[:2]}/{key}"


class Examination(models.Model):
    """The one examination of one file. Of a clean file this row holds what may be opened; the file as it was sent is gone by then."""

    class Verdict(models.TextChoices):
        CLEAN = "clean", _("Clean")
        INFECTED = "infected", _("Infected")
        REFUSED = "refused", _("Not taken")

    class Treatment(models.TextChoices):
        """Values as in `complaints.files.verdicts`."""

        RE_ENCODED = "re_encoded", _("Drawn anew, without place, time and device")
        STRIPPED = "stripped", _("Without author, places and programs")
        PLAIN = "plain", _("Had nothing hidden")
        AS_RECEIVED = "as_received", _("As it was sent: it may still name its author")

    class Reason(models.TextChoices):
        """Values as in `complaints.files.verdicts`."""

        INFECTED = "infected", _("Our virus scanner found something harmful in it.")
        NOT_WHAT_IT_SAYS = "not_what_it_says", _("It is not what its name says.")
        BROKEN = "broken", _("It is damaged and cannot be read.")
        TOO_MANY_PIXELS = "too_many_pixels", _("The picture has too many pixels.")
        PACKED_TOO_TIGHT = "packed_too_tight", _("It is packed in a way that we cannot check.")
        ACTIVE = "active", _("It holds programs (macros) or parts that open by themselves.")
        NOT_EXAMINED = "not_examined", _("We could not check it.")

    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="examination", verbose_name=_("attachment"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    reason = models.CharField(_("why not taken"), max_length=20, choices=Reason.choices, blank=True)
    signature = models.CharField(_("what the scanner found"), max_length=120, blank=True)
    treatment = models.CharField(_("treatment"), max_length=12, choices=Treatment.choices, blank=True)
    key = models.CharField(max_length=40, unique=True, null=True, blank=True, editable=False)  # NULLs are not equal, "" would be
    file = models.FileField(_("file"), upload_to=cleaned_name, max_length=100, blank=True)
    media_type = models.CharField(_("type"), max_length=80, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("examination of a file")
        verbose_name_plural = _("examinations of files")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                name="examination_clean_has_its_file",
                condition=(Q(verdict="clean", reason="", key__isnull=False) & ~Q(file="") & ~Q(sha256="") & ~Q(treatment=""))
                | (~Q(verdict="clean") & ~Q(reason="") & Q(key__isnull=True, file="", sha256="", treatment="")),
            ),
            models.CheckConstraint(name="examination_infected_is_named", condition=Q(verdict="infected") ^ Q(signature="")),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.get_verdict_display()}"

    @property
    def is_clean(self) -> bool:
        return self.verdict == self.Verdict.CLEAN

    @property
    def why_not(self) -> str | Promise:
        """Why the file was not taken, for whoever gave it."""
        return self.get_reason_display()


class ExaminationAttempt(models.Model):
    """How often the worker has begun to examine a file: counted before it begins, for the file may be what ends the worker."""

    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="+", verbose_name=_("attachment"))
    count = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_at = models.DateTimeField(_("last attempt at"), null=True)

    class Meta:
        verbose_name = _("attempt to examine a file")
        verbose_name_plural = _("attempts to examine files")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.count}"
