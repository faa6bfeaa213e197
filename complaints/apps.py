from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from complaints import outbox, payers, payouts, senders
        from complaints.queries.agenda import open_improvements
        from complaints.queries.hidden import hidden_from
        from complaints.queries.open_matters import open_matters_of
        from complaints.services import announcements, messages, reports, starter
        from complaints.workflow import Medium
        from staff import events

        outbox.register(Medium.EMAIL, senders.EmailSender())
        outbox.register(Medium.SMS, senders.SmsSender())
        outbox.register(Medium.API, senders.ChatSender())
        events.announce.append(announcements.announce)
        events.agenda_sources.append(open_improvements)
        payouts.register("order", payers.PaymentOrders())
        events.tell_employee.append(messages.tell_employee)
        events.send_reset.append(messages.send_reset)
        events.hides.append(hidden_from)
        events.open_matters.append(open_matters_of)
        events.job_changed.append(reports.job_changed)
        events.starter_loaders.append(starter.load)
