from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = _("Organisation and people")

    def ready(self) -> None:
        from staff.checks import check_calendar, check_matrix
        from staff.receivers import begin_calendar, sync_roles

        register(check_matrix, deploy=True)
        register(check_calendar, Tags.database)
        post_migrate.connect(begin_calendar, sender=self, dispatch_uid="staff.begin_calendar")
        post_migrate.connect(sync_roles, dispatch_uid="staff.sync_roles")
