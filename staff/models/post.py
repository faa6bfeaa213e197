from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.course import Course
from staff.models.history import History
from staff.models.level import Level


class Post(models.Model):
    """A post card: what the holder does, may decide and must have learnt."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    duties = models.TextField(_("duties"), max_length=5000, blank=True)
    authority = models.TextField(_("authority"), max_length=5000, blank=True)
    required_courses = models.ManyToManyField(Course, verbose_name=_("required courses"), blank=True, related_name="posts")
    active = models.BooleanField(_("active"), default=True)

    history = History(m2m_fields=["required_courses"])

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(level__in=Level.values), name="post_level_known")]

    def __str__(self) -> str:
        return self.name
