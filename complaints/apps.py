from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from complaints import outbox, senders
        from complaints.workflow import Medium

        outbox.register(Medium.EMAIL, senders.EmailSender())
        outbox.register(Medium.SMS, senders.SmsSender())
