from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models.department import Department
from staff.models.history import History, append_only
from staff.querysets import ActionItemQuerySet, MeetingQuerySet


class Meeting(models.Model):
    """A regular meeting: its agenda comes from open matters, its minutes end in action items that somebody owns."""

    title = models.CharField(_("title"), max_length=200)
    department = models.ForeignKey(Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(_("planned for"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    people = models.ManyToManyField("staff.User", verbose_name=_("invited"), blank=True, related_name="meetings")
    called_by = models.ForeignKey(
        "staff.User", verbose_name=pgettext_lazy("of a meeting", "called by"), on_delete=models.PROTECT, related_name="+"
    )
    called_at = models.DateTimeField(_("called at"))
    minutes = models.TextField(_("minutes"), max_length=50_000, blank=True)
    held_by = models.ForeignKey(
        "staff.User", verbose_name=_("minutes by"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    held_at = models.DateTimeField(_("held at"), null=True, blank=True)

    #: Named by hand: triggers are called by a short hash of the name, and that of the usual one is another table's.
    history = History(custom_model_name="MeetingHistory")
    objects: ClassVar[Any] = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        default_permissions = ()
        permissions = [("hold_meeting", _("Can call and hold meetings"))]
        constraints = [
            models.CheckConstraint(
                name="meeting_held_with_minutes",
                condition=Q(held_at=None, held_by=None, minutes="") | (Q(held_at__isnull=False, held_by__isnull=False) & ~Q(minutes="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """One matter of the agenda as it stood when the meeting was called."""

    meeting = models.ForeignKey(Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("matter"), max_length=300)
    #: Where it is looked at; whoever may not see it gets "not found" there.
    link = models.CharField(_("where"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("matter of the agenda")
        verbose_name_plural = _("agenda")
        default_permissions = ()
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once")]

    def __str__(self) -> str:
        return self.text


class ActionItem(models.Model):
    """What a meeting asked somebody to do, by when, and what came of it."""

    meeting = models.ForeignKey(Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="actions")
    text = models.CharField(_("what is to be done"), max_length=500)
    owner = models.ForeignKey("staff.User", verbose_name=_("owner"), on_delete=models.PROTECT, related_name="action_items")
    due_on = models.DateField(_("due on"))
    result = models.TextField(_("what came of it"), max_length=5000, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    history = History()
    objects: ClassVar[Any] = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="action_done_in_words", condition=Q(done_at=None) | ~Q(result=""))]

    def __str__(self) -> str:
        return self.text
