from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from staff.models.history import History
from staff.querysets import CertificateQuerySet


class Course(models.Model):
    """A training that posts may require."""

    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("code"), max_length=20, unique=True)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    valid_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)

    history = History()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        default_permissions = ()
        permissions = [("manage_training", _("Can manage courses, certificates and absences"))]
        constraints = [models.UniqueConstraint(Lower("code"), name="course_code_once")]

    def __str__(self) -> str:
        return self.name


class Certificate(models.Model):
    """Somebody passed a course."""

    user = models.ForeignKey("staff.User", verbose_name=_("user"), on_delete=models.PROTECT, related_name="certificates")
    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="certificates")
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    history = History()
    objects: ClassVar[Any] = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "course", "issued_on"], name="certificate_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(expires_on=None) | models.Q(expires_on__gte=models.F("issued_on")),
                name="certificate_expires_after_issue",
                violation_error_message=_("A certificate cannot expire before it is issued."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} – {self.user}"
