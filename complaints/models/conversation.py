"""What was said: messages in and out (the outgoing ones carry their delivery), notes among staff, files."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import actor_named, append_only_but, erasable, paired, undeletable
from complaints.querysets import AttachmentQuerySet, MessageQuerySet, PartOfCaseQuerySet
from complaints.workflow import Actor, Medium

if TYPE_CHECKING:
    from complaints.models.examination import Examination


class Message(models.Model):
    """One message. An outgoing one is rendered once, at enqueue, and delivered by the outbox (architecture §5)."""

    class Direction(models.TextChoices):
        IN = "in", _("From the customer")
        OUT = "out", _("To the customer")

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        APOLOGY = "apology", _("Apology")
        RECORD = "record", _("Record to confirm")
        REQUEST = "request", _("Request for more")
        REPLY = "reply", _("Reply")
        ANSWER = "answer", pgettext_lazy("message", "Answer")
        DECISION = "decision", _("Decision")
        LETTER = "letter", pgettext_lazy("message", "Letter")
        FULFILLED = "fulfilled", _("Carried out")
        IMPROVED = "improved", _("What has changed")
        SURVEY = "survey", _("Survey")
        REWARD = "reward", _("Thanks")
        CODE = "code", _("New tracking code")
        ENDED = "ended", _("End of handling")
        INCIDENT = "incident", _("Notice to affected customers")
        NOTICE = "notice", _("Notice to an employee")
        PASSWORD_RESET = "password_reset", _("Password reset")  # a word, not a password

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        QUEUED = "queued", _("Waiting to be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        TO_TELL = "to_tell", _("To tell the customer")
        TOLD = "told", _("Told")

    complaint = models.ForeignKey(
        "complaints.Complaint", models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("complaint")
    )
    to_user = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to employee"))
    #: A copy of a notice to a group of a chat program.
    to_group = models.ForeignKey(
        "staff.ChatGroup", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to chat group")
    )
    #: Somebody told of an incident who may never have complained.
    to_customer = models.ForeignKey(
        "complaints.Customer", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to customer")
    )
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    medium = models.CharField(_("medium"), max_length=10, choices=Medium.choices)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    actor = models.CharField(_("who"), max_length=12, choices=Actor.choices)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    #: One row per event and recipient, however often the event is tried.
    dedupe_key = models.CharField(max_length=120, unique=True, null=True, blank=True, editable=False)  # NULLs are not equal, "" would be
    message_id = models.CharField(max_length=120, blank=True, editable=False)

    # Delivery; only the outbox and services.messages write these.
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    told_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told by"))
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ()
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="queued"), name="message_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="message_in_flight"),
            models.Index(fields=["complaint", "at"], name="message_of_case"),
            models.Index(fields=["state"], condition=Q(state__in=["to_tell", "failed"]), name="message_needs_person"),
        ]
        constraints = [
            actor_named(),
            paired("told_by", "told_at"),
            models.CheckConstraint(
                name="message_received_or_sent", condition=Q(direction="in", state="received") | (Q(direction="out") & ~Q(state="received"))
            ),
            models.CheckConstraint(name="message_delivered_has_time", condition=~Q(state="sent") | Q(delivered_at__isnull=False)),
            models.CheckConstraint(name="message_claimed_has_time", condition=~Q(state="sending") | Q(claimed_at__isnull=False)),
        ]
        triggers = [
            *undeletable(
                frozen=(
                    "complaint",
                    "to_user",
                    "to_group",
                    "to_customer",
                    "direction",
                    "kind",
                    "medium",
                    "language",
                    "actor",
                    "by",
                    "at",
                    "dedupe_key",
                    "message_id",
                )
            ),
            erasable("subject", "text", "html"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.get_kind_display()}"


class Note(models.Model):
    """A remark among staff; the customer never sees it."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="notes", verbose_name=_("complaint"))
    text = models.TextField(_("note"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        default_permissions = ()
        triggers = append_only_but("text")


def stored_name(attachment: "Attachment", _filename: str) -> str:
    """Where a file lies: by its own random key, never by the name it came with."""
    return f"{attachment.key[:2]}/{attachment.key}"


class Attachment(models.Model):
    """A file of the case, as it was sent. Its name is shown, never used as a path; its type was read from its content.

    It is opened by nobody but the worker, which writes down what it found (`Examination`); what may be downloaded lies there.
    """

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="attachments", verbose_name=_("complaint"))
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name=_("message"))
    key = models.CharField(max_length=40, unique=True, editable=False)
    file = models.FileField(_("file"), upload_to=stored_name, max_length=100)
    name = models.CharField(_("name"), max_length=120)
    media_type = models.CharField(_("type"), max_length=80)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, editable=False)
    actor = models.CharField(_("who"), max_length=12, choices=Actor.choices)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions = ()
        triggers = append_only_but("name")
        constraints = [actor_named()]

    def __str__(self) -> str:
        return self.name

    @property
    def examined(self) -> "Examination | None":
        """What the worker found, or None while it has not looked yet."""
        return getattr(self, "examination", None)
