from django.db import models
from django.utils.translation import gettext_lazy as _

from escalation.models.policy import DeadlinePolicy


class Recount(models.Model):
    """What has to be counted anew because a rule, or the calendar, was edited, and how far that has come. Gone when it is done."""

    #: Empty: all that rests on the calendar.
    policy = models.ForeignKey(DeadlinePolicy, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rule"))
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    #: An edit while it is under way counts up, and it begins from the first case.
    round = models.PositiveIntegerField(_("round"), default=1)
    #: The last case that is done; they are taken by their numbers.
    done_to = models.PositiveBigIntegerField(_("done up to"), default=0)

    class Meta:
        verbose_name = _("recount of deadlines")
        verbose_name_plural = _("recounts of deadlines")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["policy"], name="recount_one_waiting", nulls_distinct=False)]

    def __str__(self) -> str:
        return str(self.policy or self._meta.verbose_name)
