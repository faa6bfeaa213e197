"""The mailbox against a real IMAP server: whatever dies between storing and marking as read, nothing is lost and nothing comes twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from complaints.models import Complaint
from intake import tasks
from intake.mail.mailbox import Inbox, WrongAddress, opened
from intake.models import Channel, Hold, Submission
from intake.services import mail_fetch
from tests.factories.cases import Office
from tests.imap import ImapServer, serving_imap
from tests.intake.mail.bombs import nested, parts
from tests.intake.mail.conftest import letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[ImapServer]:
    with serving_imap() as server:
        settings.MAIL_IN_URL = server.url
        yield server


def letters(count: int) -> list[bytes]:
    return [letter(f"第 {number} 封。", message_id=f"<{number}@example.com>", sender=f"s{number}@example.com") for number in range(count)]


def fetch(server: ImapServer, **options: Any) -> int:
    with opened(server.url, **options) as inbox:
        return mail_fetch.fetch(inbox=inbox, clock=timezone.now)


def test_unread_mail_becomes_cases_and_is_read(office: Office, server: ImapServer) -> None:
    server.deliver(*letters(3))

    assert tasks.fetch_mail() == 3
    assert tasks.fetch_mail() == 0

    assert Complaint.objects.count() == 3
    assert (server.unread(), server.count()) == (0, 3)


def test_taken_mail_is_moved_where_there_is_a_folder_for_it(office: Office, server: ImapServer, settings: Any) -> None:
    settings.MAIL_IN_DONE = "Taken"
    with server.box() as box:
        box.folder.create("Taken")
    server.deliver(*letters(2))

    call_command("fetch_mail")

    assert (server.count(), server.count("Taken"), Complaint.objects.count()) == (0, 2, 2)


def test_d8_the_mail_after_a_bomb_is_taken(office: Office, server: ImapServer) -> None:
    server.deliver(nested(60), parts(2000).replace(b"bomb@", b"bomb2@"), *letters(1))

    assert fetch(server) == 3

    assert Hold.objects.filter(why="too_large").count() == 2
    assert Complaint.objects.count() == 1
    assert server.unread() == 0


class DiesBeforeMarking(Inbox):
    def done(self, uid: str) -> None:
        raise KeyboardInterrupt


def test_k3_a_crash_between_storing_and_marking_loses_nothing_and_doubles_nothing(office: Office, server: ImapServer) -> None:
    server.deliver(*letters(2))
    with opened(server.url) as inbox, pytest.raises(KeyboardInterrupt):
        mail_fetch.fetch(inbox=DiesBeforeMarking(inbox.box, ""), clock=timezone.now)
    assert (Submission.objects.count(), server.unread()) == (1, 2)

    assert fetch(server) == 2

    assert (Submission.objects.count(), Complaint.objects.count(), server.unread()) == (2, 2, 0)


def test_while_the_database_is_away_the_mail_stays_unread(office: Office, server: ImapServer) -> None:
    server.deliver(*letters(2))

    def gone(*_args: Any, **_options: Any) -> Any:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(gone), pytest.raises(OperationalError):
        fetch(server)

    assert server.unread() == 2
    assert fetch(server) == 2
    assert Complaint.objects.count() == 2


def test_looking_at_a_mail_does_not_mark_it(office: Office, server: ImapServer) -> None:
    server.deliver(*letters(1))
    with opened(server.url) as inbox:
        (uid,) = inbox.unread()
        assert inbox.raw(uid, 10) == letters(1)[0][:10]
        assert inbox.raw("999999", 10) is None
    assert server.unread() == 1


def test_it_stops_when_its_time_is_over(office: Office, server: ImapServer) -> None:
    server.deliver(*letters(3))
    turns = iter([False, True])
    with opened(server.url) as inbox:
        assert mail_fetch.fetch(inbox=inbox, clock=timezone.now, until=lambda: next(turns)) == 1
    assert server.unread() == 2


def test_nothing_happens_where_no_mailbox_is_set(office: Office, settings: Any) -> None:
    settings.MAIL_IN_URL = ""
    assert tasks.fetch_mail() == 0
    with pytest.raises(CommandError):
        call_command("fetch_mail")


def test_a_wrong_address_is_told_without_its_password(settings: Any) -> None:
    with pytest.raises(WrongAddress) as told, opened("pop3://complaints:secret@127.0.0.1/INBOX"):
        pass
    assert "secret" not in str(told.value)


def test_a_wrong_password_is_an_error_that_does_not_name_it(server: ImapServer) -> None:
    with pytest.raises(Exception, match=r"LOGIN|AUTH|nvalid") as told, opened(server.url.replace("tests", "nobody")):
        pass
    assert "only for" not in str(told.value)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_mailbox_make_one_case_of_each_mail(office: Office, server: ImapServer) -> None:
    server.deliver(*letters(6))

    def work() -> None:
        try:
            fetch(server)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (Submission.objects.count(), Complaint.objects.count(), server.unread()) == (6, 6, 0)


def test_a_mail_server_that_is_away_costs_a_moment_and_a_line_in_the_log(
    office: Office, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAIL_IN_URL = "imap://complaints:secret@127.0.0.1:9/INBOX"
    begun = time.monotonic()
    assert tasks.fetch_mail() == 0
    assert time.monotonic() - begun < 5
    assert "the mailbox could not be read: ConnectionRefusedError" in caplog.text
    assert "secret" not in caplog.text


def test_a_closed_channel_leaves_the_mail_where_it_is(office: Office, server: ImapServer) -> None:
    Channel.objects.filter(code="email").update(active=False)
    server.deliver(*letters(1))
    assert tasks.fetch_mail() == 0
    assert server.unread() == 1
