from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate

from config.schedules import ensure_schedules

#: Apps whose tables nobody edits by hand: a row of the worker's names the code to run (threats F17), rights follow from roles.py alone.
MACHINE_ROOM = {"auth", "django_q"}


class BackOfficeConfig(AdminConfig):
    """Django's admin with our own site as the default one."""

    default_site = "config.site.BackOffice"

    def ready(self) -> None:
        super().ready()
        from django.contrib import admin

        from complaints.admin.case_page import PANELS
        from complaints.queries.whole_file import SETS
        from config import casefile

        admin.site.unregister([model for model in admin.site._registry if model._meta.app_label in MACHINE_ROOM])

        SETS.update(casefile.ROWS)
        PANELS.extend(panel for panel in casefile.PANELS if panel not in PANELS)


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # django_q's table is there when its own post_migrate is sent, whatever the order of apps.
        from django.apps import apps
        from django.core.checks import Tags, register
        from django_q.signals import post_execute_in_worker, pre_execute

        from config import clock, jobs, trigger_guard
        from config.checks import check_locale

        post_migrate.connect(ensure_schedules, sender=apps.get_app_config("django_q"), dispatch_uid="config.schedules")
        post_migrate.connect(trigger_guard.hold, sender=apps.get_app_config("complaints"), dispatch_uid="config.trigger_guard")
        register(check_locale, Tags.database)
        pre_execute.connect(clock.before_task, dispatch_uid="config.clock")
        post_execute_in_worker.connect(clock.after_task, dispatch_uid="config.clock")
        pre_execute.connect(jobs.before_job, dispatch_uid="config.jobs")
        post_execute_in_worker.connect(jobs.after_job, dispatch_uid="config.jobs")
