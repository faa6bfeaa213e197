from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EscalationConfig(AppConfig):
    name = "escalation"
    verbose_name = _("Escalation")

    def ready(self) -> None:
        from complaints.events import step_changed
        from escalation.receivers import follow_step
        from escalation.services.policies import seed

        step_changed.connect(follow_step, dispatch_uid="escalation.follow_step")
        post_migrate.connect(seed, sender=self, dispatch_uid="escalation.seed")
