"""R16: after a restore nothing goes out until somebody who looks after messages has let it go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from complaints import outbox, tasks
from complaints.models import Complaint, Message, SendingHold
from complaints.services import messages, sending
from complaints.services.errors import NotPossible
from config.work.first_page import work_for
from intake.tasks import fetch_mail
from tests.factories.cases import Office, Walk
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


def test_nothing_leaves_while_sending_is_held_and_the_manager_sees_it(office: Office, now: datetime, sink: Sink, settings: Any) -> None:
    """a restored system sends nothing, fetches no mail and is not called stuck; My work says so to whoever may release it."""
    settings.MAIL_IN_URL = "imaps://nobody:nothing@127.0.0.1:1/INBOX"
    Walk(office, now)
    sending.hold(why="restored from a backup", at=now, backup_at=now)

    assert outbox.claim(now, 5) == []
    assert tasks.deliver_outbox() == 0
    assert fetch_mail() == 0
    assert not outbox.is_stuck(now + timedelta(days=1))
    assert sink.mails == []
    with translation.override("en"):
        assert str(work_for(office.manager, now)[0].title) == "Sending is held: no message goes out"
        assert not [pile for pile in work_for(office.agent, now) if "held" in str(pile.title)]


def test_what_waited_at_the_backup_is_sent_by_hand_and_what_came_later_by_itself(office: Office, now: datetime, sink: Sink) -> None:
    """no side effect is repeated after a restore."""
    old = Walk(office, now).case
    held = sending.hold(why="restored from a backup", at=now + timedelta(days=1), backup_at=now)
    new = Walk(office, now + timedelta(days=1)).case
    client = Client()
    client.force_login(office.manager)
    answer = client.post(reverse("admin:complaints_sendinghold_act", args=[held.pk, "keep_back"]))
    assert answer.status_code == 302

    held.refresh_from_db()
    assert (held.released_by, held.kept_back) == (office.manager, 1)
    (claimed,) = outbox.claim(now + timedelta(days=2), 5)
    assert claimed.complaint == new
    row = Message.objects.get(complaint=old)
    assert row.state == Message.State.FAILED
    messages.retry(message_id=row.pk, by=office.manager, at=now)
    assert [each.complaint for each in outbox.claim(now + timedelta(days=2), 5)] == [old]
    with pytest.raises(NotPossible):
        sending.release(hold_id=held.pk, keep_back=False, by=office.manager, at=now)


def test_who_does_not_look_after_messages_releases_nothing(office: Office, now: datetime) -> None:
    held = sending.hold(why="restored from a backup", at=now)
    client = Client()
    for who in (office.agent, office.auditor):
        client.force_login(who)
        assert client.post(reverse("admin:complaints_sendinghold_act", args=[held.pk, "release"])).status_code in (403, 404)
    assert SendingHold.objects.get().released_at is None
    assert Complaint.objects.count() == 0
