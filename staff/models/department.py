from typing import Any, ClassVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from staff.models.history import History
from staff.models.level import Level
from staff.querysets import DepartmentQuerySet

# The path is the database's own work, so that no bulk update or raw SQL can leave it wrong; the lock keeps two moves
# at once from making a circle that neither sees.
SET_PATH = """
    PERFORM pg_advisory_xact_lock(hashtext('staff_department.path'));
    IF NEW.parent_id IS NULL THEN
        NEW.path := '/' || NEW.id || '/';
        RETURN NEW;
    END IF;
    SELECT path INTO above FROM staff_department WHERE id = NEW.parent_id;
    IF NEW.parent_id = NEW.id OR above LIKE '%/' || NEW.id || '/%' THEN
        RAISE EXCEPTION 'department % cannot stand below itself', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF above IS NULL THEN
        RAISE EXCEPTION 'department %: its parent % is not there', NEW.id, NEW.parent_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    NEW.path := above || NEW.id || '/';
    RETURN NEW;
"""
MOVE_CHILDREN = "UPDATE staff_department SET path = path WHERE parent_id = NEW.id; RETURN NEW;"


class Department(models.Model):
    """A unit of the company, in a tree."""

    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(_("code"), max_length=20, unique=True)
    parent = models.ForeignKey("self", verbose_name=_("part of"), null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    level = models.CharField(_("level"), max_length=20, choices=Level)
    receives = models.BooleanField(_("receives customers' matters"), default=False)
    follows_up = models.BooleanField(_("makes follow-up calls"), default=False)
    supervises = models.BooleanField(
        _("is the supervision"), default=False, help_text=_("Reports of misconduct come here, and to no unit they name.")
    )
    manages = models.BooleanField(_("is the managing department"), default=False)
    deals_out = models.BooleanField(
        _("deals cases out"), default=False,
        help_text=_("A case that comes goes to whoever is there, may handle it and has the fewest open; nobody picks."),
    )  # fmt: skip
    active = models.BooleanField(_("active"), default=True)
    #: "/1/4/": the ids from the top down to this one, kept by a trigger.
    path = models.TextField(editable=False, default="", db_index=True)

    history = History(excluded_fields=["path"])
    objects: ClassVar[Any] = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(Lower("code"), name="department_code_once"),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="department_level_known"),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                name="department_not_its_own_parent",
                violation_error_message=_("A department cannot be part of itself."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="set_path",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("above", "text")],
                func=SET_PATH,
            ),
            pgtrigger.Trigger(
                name="move_children",
                operation=pgtrigger.Update,
                when=pgtrigger.After,
                condition=pgtrigger.Q(old__path__df=pgtrigger.F("new__path")),
                func=MOVE_CHILDREN,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.path = type(self).objects.values_list("path", flat=True).get(pk=self.pk)

    def clean(self) -> None:
        if self.pk and self.parent is not None and self.pk in self.parent.path_ids():
            raise ValidationError({"parent": _("A department cannot be part of itself.")})

    def path_ids(self) -> list[int]:
        """Ids from the top down to this department."""
        return [int(part) for part in self.path.strip("/").split("/")]
