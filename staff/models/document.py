from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.history import History, append_only
from staff.querysets import DocumentVersionQuerySet


class Document(models.Model):
    """A managed document (policy, handbook, service standard) that comes in versions."""

    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("code"), max_length=40, unique=True)
    active = models.BooleanField(_("active"), default=True)

    history = History()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        default_permissions = ()
        permissions = [("manage_documents", _("Can manage documents and their versions"))]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DocumentVersion(models.Model):
    """What a document says from one day to another; once published only its end can be set."""

    document = models.ForeignKey(Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    in_force_from = models.DateField(_("in force from"))
    in_force_to = models.DateField(_("in force to"), null=True, blank=True)
    body = models.TextField(_("text"), max_length=100_000, blank=True)
    by = models.ForeignKey("staff.User", verbose_name=_("published by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("published at"))

    history = History()
    objects: ClassVar[Any] = DocumentVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("document version")
        verbose_name_plural = _("document versions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["document", "version"], name="document_version_once"),
            models.UniqueConstraint(fields=["document"], condition=models.Q(in_force_to=None), name="document_one_open_version"),
            models.CheckConstraint(
                condition=models.Q(in_force_to=None) | models.Q(in_force_to__gte=models.F("in_force_from")),
                name="document_version_ends_after_start",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="text_stays", fields=["document", "version", "in_force_from", "body", "by", "at"]),
            pgtrigger.Protect(name="version_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.document} v{self.version}"


class Clause(models.Model):
    """One numbered clause of a version, to be cited where a judgement rests on it."""

    version = models.ForeignKey(DocumentVersion, verbose_name=_("version"), on_delete=models.PROTECT, related_name="clauses")
    number = models.CharField(_("number"), max_length=20)
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=10_000)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="clause_number_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class DocumentAcknowledgement(models.Model):
    """Somebody says they have read a version."""

    user = models.ForeignKey("staff.User", verbose_name=_("user"), on_delete=models.PROTECT, related_name="acknowledgements")
    version = models.ForeignKey(DocumentVersion, verbose_name=_("version"), on_delete=models.PROTECT, related_name="acknowledgements")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="acknowledgement_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.user} – {self.version}"
