"""How much money whose word is good for (mission, M2)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.amounts import limit
from complaints.models.remedy import AMOUNT_CAP, RemedyItem
from complaints.querysets import DatedQuerySet
from staff.models.history import History
from staff.roles import Role


class Authority(models.Model):
    """What a role may settle on the spot, alone, or approve when others propose it; no row, no money.

    A row without a kind holds for everything together; one with a kind for that kind besides. A department's own row takes the place of the
    general one for its people.
    """

    class Use(models.TextChoices):
        SETTLE = "settle", _("settle on the spot")
        APPROVE = "approve", _("approve what others propose")

    use = models.CharField(_("to"), max_length=10, choices=Use.choices)
    role = models.CharField(_("role"), max_length=20, choices=[(role.value, role.label) for role in (Role.AGENT, Role.INVESTIGATOR, Role.HEAD, Role.MANAGER, Role.EXECUTIVE)])  # fmt: skip
    kind = models.CharField(
        _("kind of item"), max_length=14, choices=RemedyItem.Kind.choices, blank=True, help_text=_("Empty: all together.")
    )
    department = models.ForeignKey(
        "staff.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department"),
        help_text=_("Empty: everywhere."),
    )  # fmt: skip
    per_case = limit(_("per case"))
    per_day = limit(_("per person and day"))
    per_customer = limit(_("per customer"))
    customer_days = models.PositiveSmallIntegerField(_("days counted for a customer"), default=365)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force to"), null=True, blank=True)
    history = History()
    objects: ClassVar[Any] = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="authority_limits_sane",
                condition=Q(*(Q(**{column: None}) | Q(**{f"{column}__gte": 0, f"{column}__lte": AMOUNT_CAP}) for column in ("per_case", "per_day", "per_customer"))),
            ),
            models.CheckConstraint(name="authority_ends_after_start", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))),
            models.CheckConstraint(name="authority_counts_some_days", condition=Q(customer_days__gte=1)),
            models.UniqueConstraint(
                name="authority_once_at_a_time", fields=["use", "role", "kind", "department"], condition=Q(valid_to=None), nulls_distinct=False
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.get_use_display()} · {self.get_kind_display() if self.kind else _('everything')}"
