from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models.department import Department
from staff.models.history import History
from staff.models.post import Post
from staff.querysets import MembershipQuerySet
from staff.roles import Role


class Membership(models.Model):
    """Somebody holds a post and a role in a department; it counts until it is ended."""

    user = models.ForeignKey("staff.User", verbose_name=_("user"), on_delete=models.PROTECT, related_name="memberships")
    department = models.ForeignKey(Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="memberships")
    post = models.ForeignKey(Post, verbose_name=_("post"), null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    from_on = models.DateField(pgettext_lazy("date", "from"))
    to_on = models.DateField(_("ended on"), null=True, blank=True)

    history = History()
    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department", "role"],
                condition=models.Q(to_on=None),
                name="membership_active_once",
                violation_error_message=_("This person has this role in this department already."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")), name="membership_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["department", "role"], condition=models.Q(to_on=None), name="membership_active")]

    def __str__(self) -> str:
        return f"{self.user} – {self.department} – {self.get_role_display()}"
