"""Templates of letters and canned replies, and the letters as they were sent."""

import hashlib

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import append_only_but
from complaints.querysets import PartOfCaseQuerySet
from staff.models.history import History

LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]


class LetterKind(models.TextChoices):
    DECISION = "decision", _("Decision letter")
    REFUSAL = "refusal", _("Refusal letter (unfounded)")
    APOLOGY = "apology", _("Letter of apology")
    HOLDING = "holding", _("Holding letter")


#: A decision or a refusal goes out by step 7 alone, which opens the customer's time to answer.
WRITTEN_BESIDE = (LetterKind.HOLDING, LetterKind.APOLOGY)


class LetterTemplate(models.Model):
    """Words to begin with. Placeholders of the allow-list alone are replaced (`placeholders.NAMES`); all else stays text."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Canned reply")
        DECISION = LetterKind.DECISION.value, LetterKind.DECISION.label
        REFUSAL = LetterKind.REFUSAL.value, LetterKind.REFUSAL.label
        APOLOGY = LetterKind.APOLOGY.value, LetterKind.APOLOGY.label
        HOLDING = LetterKind.HOLDING.value, LetterKind.HOLDING.label

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="zh-hans")
    name = models.CharField(_("name"), max_length=80, help_text=_("How staff find it in the list."))
    subject = models.CharField(_("subject"), max_length=200, blank=True, help_text=_("Of a letter; a canned reply has none."))
    body = models.TextField(_("body"), max_length=20_000)
    active = models.BooleanField(_("in use"), default=True)
    history = History()

    class Meta:
        verbose_name = _("template of letters and replies")
        verbose_name_plural = _("letters and canned replies")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "language", "name"], name="letter_template_named_once"),
            models.CheckConstraint(name="letter_template_letter_has_subject", condition=Q(kind="reply") | ~Q(subject="")),
        ]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """A letter as it was sent. The fingerprint stays when an erasure empties the words."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="letters", verbose_name=_("complaint"))
    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind.choices)
    template = models.ForeignKey(LetterTemplate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drafted from"))
    language = models.CharField(_("language"), max_length=10)
    to_name = models.CharField(pgettext_lazy("letter", "to"), max_length=80, blank=True)
    to_address = models.CharField(_("postal address"), max_length=300, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"))
    sha256 = models.CharField(_("fingerprint"), max_length=64, editable=False)
    message = models.OneToOneField("complaints.Message", models.PROTECT, related_name="letter", verbose_name=_("message"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        default_permissions = ()
        triggers = append_only_but("to_name", "to_address", "subject", "body")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"

    @staticmethod
    def fingerprint(*parts: str) -> str:
        """SHA-256 over recipient, subject and body as sent."""
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
