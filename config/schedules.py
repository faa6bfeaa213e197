"""Everything that happens by the clock: one table, brought into the database after every migration."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.utils import timezone

BEAT = "config.tasks.beat"


@dataclass(frozen=True)
class Timetable:
    """A task and when it runs: every so many minutes, or at a time of day in cron's words.

    That time is of TIME_ZONE; the task itself then lives in the company's day (config/clock.py). What `escalates` is also done by
    `manage.py escalate`: its function takes the clock, finds by itself what is due, and does nothing twice.
    """

    name: str
    func: str
    minutes: int = 0
    cron: str = ""
    escalates: bool = False

    def has_come(self, at: datetime) -> bool:
        """Whether its time of day has come; what runs every few minutes may run at any time."""
        if not self.cron:
            return True
        minute, hour, *_days = self.cron.split()
        return timezone.localtime(at).time() >= time(int(hour), int(minute))


TIMETABLE = (
    Timetable(name="beat", func=BEAT, minutes=1),
    Timetable(name="outbox", func="complaints.tasks.deliver_outbox", minutes=1),
    Timetable(name="payouts", func="complaints.tasks.hand_over_payouts", minutes=1),
    Timetable(name="files", func="complaints.tasks.examine_attachments", minutes=1),
    Timetable(name="sweep files", func="complaints.tasks.sweep_files", cron="50 1,7,13,19 * * *"),
    Timetable(name="file waiting", func="intake.tasks.file_waiting", minutes=1),
    Timetable(name="mail", func="intake.tasks.fetch_mail", minutes=1),
    Timetable(name="sweep counters", func="intake.tasks.sweep_counters", cron="40 3 * * *"),
    Timetable(name="empty what was put aside", func="intake.tasks.empty_what_was_put_aside", cron="50 3 * * *"),
    Timetable(name="erase what is old", func="complaints.tasks.erase_what_is_old", cron="20 2 * * *"),
    Timetable(name="broadcast", func="escalation.tasks.broadcast", minutes=1),
    Timetable(name="recount", func="escalation.tasks.recount", minutes=1),
    # By the clock alone. What moves a case comes first: nobody is told of what settles itself in the same minute.
    Timetable(name="hand over", func="complaints.tasks.hand_over_absent", cron="5 7 * * *", escalates=True),
    Timetable(name="lapse", func="complaints.tasks.lapse_unanswered", cron="10 7 * * *", escalates=True),
    Timetable(name="close who is not asked", func="complaints.tasks.close_unasked", cron="20 7 * * *", escalates=True),
    Timetable(name="pauses", func="escalation.tasks.resume_over", minutes=1, escalates=True),
    Timetable(name="rungs", func="escalation.tasks.climb_rungs", minutes=1, escalates=True),
    Timetable(name="climb", func="escalation.tasks.climb_unanswered", minutes=5, escalates=True),
    Timetable(name="statements", func="escalation.tasks.remind_of_statements", minutes=5, escalates=True),
    Timetable(name="originals", func="escalation.tasks.make_digests", cron="30 7 * * *", escalates=True),
)

#: Those that look for whatever is due, every few minutes and whenever nudged: one that waits does for all who nudge meanwhile.
SWEEPS = frozenset(entry.func for entry in TIMETABLE if entry.minutes and entry.func != BEAT)


def ensure_schedules(**_signal: Any) -> None:
    """Bring the schedules of the worker to the timetable; connected to `post_migrate`."""
    from django_q.models import Schedule

    for entry in TIMETABLE:
        kind = Schedule.CRON if entry.cron else Schedule.MINUTES
        Schedule.objects.update_or_create(
            name=entry.name,
            defaults={
                "func": entry.func,
                "schedule_type": kind,
                "minutes": entry.minutes or None,
                "cron": entry.cron or None,
                "repeats": -1,
            },
        )
    Schedule.objects.exclude(name__in=[entry.name for entry in TIMETABLE]).delete()
