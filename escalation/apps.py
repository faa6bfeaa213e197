from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EscalationConfig(AppConfig):
    name = "escalation"
    verbose_name = _("Escalation")

    def ready(self) -> None:
        from complaints import outbox
        from complaints.events import erasers, listeners, step_changed
        from complaints.models import Message
        from escalation.queries.agenda import open_matters
        from escalation.receivers import follow_step, hear
        from escalation.services import starter_rungs
        from escalation.services.erasing import empty_words
        from escalation.services.links import own_page
        from escalation.services.policies import seed
        from staff import events

        step_changed.connect(follow_step, dispatch_uid="escalation.follow_step")
        erasers.append(empty_words)
        outbox.links[Message.Kind.INCIDENT] = own_page
        events.agenda_sources.append(open_matters)
        if hear not in listeners:
            listeners.append(hear)
        post_migrate.connect(seed, sender=self, dispatch_uid="escalation.seed")
        post_migrate.connect(starter_rungs.seed, sender=self, dispatch_uid="escalation.rungs")
