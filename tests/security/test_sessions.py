"""Who is signed in, for how long, and where the pages send people: E3, E4, E6, E7, E8, E9."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint
from complaints.signing import code_for
from config.accounts import SetPasswordForm
from staff.models import Course, User
from staff.roles import Role
from staff.services import memberships, users
from tests.factories.staff import PASSWORD, DepartmentFactory, person
from tests.security.crawl import tables
from tests.security.world import World, client_of

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


def sign_in(client: Client, user: User, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"username": user.employee_number, "password": password}, **extra)


def planted() -> tuple[Client, str]:
    """A browser that carries a session somebody else knows."""
    known = Client()
    session = known.session
    session["planted"] = "yes"
    session.save()
    return known, str(session.session_key)


# --- E3 -------------------------------------------------------------------------------------------------------------
def test_e3_signing_in_makes_a_new_session() -> None:
    client, key = planted()
    assert sign_in(client, person(Role.AGENT)).status_code == 302
    assert client.cookies["sessionid"].value != key
    assert not Session.objects.filter(session_key=key).exists()
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/admin/").status_code == 302


def test_e3_a_made_up_session_is_not_taken_up() -> None:
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    sign_in(client, person(Role.AGENT))
    assert client.cookies["sessionid"].value != "a" * 32


def test_e3_a_planted_session_does_not_open_the_case_opened_after_it(world: World) -> None:
    client, key = planted()
    case = world.foreign
    assert client.post("/track/", {"code": code_for(case.code_key)}).status_code == 302
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/track/case/").status_code == 302
    assert case.number in client.get("/track/case/").content.decode()


def test_e3_signing_out_ends_the_session_on_the_server() -> None:
    client = client_of(person(Role.AGENT))
    key = client.cookies["sessionid"].value
    client.post("/admin/logout/")
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/admin/").status_code == 302


def test_e3_leaving_a_case_ends_the_way_in(world: World) -> None:
    client = world.customer(world.foreign)
    assert client.get("/track/case/").status_code == 200
    client.post("/track/leave/")
    assert client.cookies["redress_case"].value == ""
    assert client.get("/track/case/").status_code == 302


# --- E4 -------------------------------------------------------------------------------------------------------------
def _password(user: User, manager: User) -> None:
    form = SetPasswordForm(User.objects.get(pk=user.pk), {"new_password1": "quite-another-plum", "new_password2": "quite-another-plum"})
    assert form.is_valid()
    form.save()


def _left(user: User, manager: User) -> None:
    users.deactivate(user=user, by=manager, at=timezone.now())


def _lost_role(user: User, manager: User) -> None:
    memberships.revoke(membership=user.memberships.get(), by=manager, at=timezone.now())


def _moved(user: User, manager: User) -> None:
    _lost_role(user, manager)
    memberships.grant(user=user, department=DepartmentFactory.create(), role=Role.PERSONNEL, by=manager, at=timezone.now())


@pytest.mark.parametrize("change", [_password, _left, _lost_role, _moved])
def test_e4_the_old_session_is_refused_at_once(change: Any) -> None:
    user, manager = person(Role.PERSONNEL), person(Role.MANAGER)
    client = client_of(user)
    form = client.get("/admin/staff/course/add/")
    assert form.status_code == 200
    change(user, manager)
    for answer in (client.post("/admin/staff/course/add/", {"name": "x", "code": "x"}), client.get("/admin/")):
        assert answer.status_code == 302
        assert answer["Location"].startswith(LOGIN)
    assert not Course.objects.filter(code="x").exists()


def test_e4_ones_own_new_password_ends_the_other_sessions() -> None:
    user = person(Role.AGENT)
    here, elsewhere = client_of(user), client_of(user)
    new = {"old_password": PASSWORD, "new_password1": "harbour-rain-9-plum", "new_password2": "harbour-rain-9-plum"}
    assert here.post("/admin/password_change/", new).status_code == 302
    assert elsewhere.get("/admin/").status_code == 302


def test_e4_who_moved_no_longer_sees_the_old_departments_cases(world: World) -> None:
    user = world.foreign_agent
    path = f"/admin/complaints/complaint/{world.foreign.pk}/change/"
    Complaint.objects.filter(pk=world.foreign.pk).update(handler=None)
    assert client_of(user).get(path).status_code == 200
    at, manager = timezone.now(), world.user("manager")
    memberships.revoke(membership=user.memberships.get(), by=manager, at=at)
    memberships.grant(user=user, department=DepartmentFactory.create(), role=Role.AGENT, by=manager, at=at)
    assert client_of(User.objects.get(pk=user.pk)).get(path).status_code == 404


def test_e4_a_session_ends_after_twelve_hours(settings: Any) -> None:
    assert timedelta(hours=12).total_seconds() >= settings.SESSION_COOKIE_AGE
    client = client_of(person(Role.AGENT))
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/admin/").status_code == 302


# --- E6 -------------------------------------------------------------------------------------------------------------
def test_e6_guessing_is_stopped_within_ten_tries_however_the_number_is_spelled() -> None:
    user = person(Role.MANAGER)
    number = user.employee_number
    spellings = [number, number.lower(), f" {number} ", number.replace("E", "Ｅ"), number.swapcase()]
    statuses = [
        Client().post(LOGIN, {"username": spellings[turn % len(spellings)], "password": f"guess-{turn}"}).status_code for turn in range(10)
    ]
    assert statuses[0] == 200
    assert statuses[-1] == 429, statuses


def test_e6_the_right_password_does_not_open_a_locked_account() -> None:
    user, client = person(Role.MANAGER), Client()
    for turn in range(10):
        sign_in(client, user, f"guess-{turn}")
    answer = sign_in(client, user)
    assert answer.status_code == 429
    assert client.get("/admin/").status_code == 302


def test_e6_a_forged_address_is_no_way_round() -> None:
    user = person(Role.MANAGER)
    statuses = [
        sign_in(Client(), user, f"guess-{turn}", headers={"x-forwarded-for": f"203.0.113.{turn}"}).status_code for turn in range(10)
    ]
    assert statuses[-1] == 429


def test_e6_one_ipv6_network_is_one_source() -> None:
    user = person(Role.MANAGER)
    statuses = [sign_in(Client(), user, f"guess-{turn}", REMOTE_ADDR=f"2001:db8:0:7::{turn + 1:x}").status_code for turn in range(10)]
    assert statuses[-1] == 429
    assert sign_in(Client(), user, REMOTE_ADDR="2001:db8:0:8::1").status_code == 302


def test_e6_one_password_tried_at_many_accounts_is_stopped_there_and_nowhere_else() -> None:
    user = person(Role.AGENT)
    statuses = [Client().post(LOGIN, {"username": f"E{turn}", "password": "Spring-2026!"}).status_code for turn in range(32)]
    assert statuses[:30] == [200] * 30
    assert statuses[30:] == [429] * 2
    assert sign_in(Client(), user).status_code == 429
    assert sign_in(Client(), user, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_e6_failed_tries_are_logged_without_the_password() -> None:
    from axes.models import AccessAttempt

    user = person(Role.AGENT)
    sign_in(Client(), user, "my-secret-guess-77")
    attempt = AccessAttempt.objects.get()
    assert "my-secret-guess-77" not in str(vars(attempt))


# --- E7 -------------------------------------------------------------------------------------------------------------
def test_e7_no_secret_stands_in_any_table(world: World) -> None:
    """Tracking codes, passwords, the link of a forgotten password: after their use a copy of the database opens nothing."""
    client, user = Client(), world.user("agent")
    client.post("/track/", {"code": code_for(world.foreign.code_key)})
    client.post("/admin/password_reset/", {"email": user.email})
    sign_in(client, user)
    new = {"old_password": PASSWORD, "new_password1": "harbour-rain-9-plum", "new_password2": "harbour-rain-9-plum"}
    client.post("/admin/password_change/", new)
    held = "\n".join(str(session.get_decoded()) for session in Session.objects.all())
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT string_agg(t::text, E'\\n') FROM \"{table}\" t")
            held += cursor.fetchone()[0] or ""
    for case in Complaint.objects.all():
        code = code_for(case.code_key)
        assert code not in held
        assert code.replace("-", "") not in held
    assert PASSWORD not in held
    assert "harbour-rain-9-plum" not in held
    assert "/admin/reset/" not in held


# --- E8 -------------------------------------------------------------------------------------------------------------
AWAY = ("//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https://evil.example", "https:///evil.example",
        "http:\\\\evil.example", "javascript:alert(1)", "//evil.example\\@testserver", "https://testserver@evil.example", "/%09/evil.example",
        "\thttps://evil.example", "%0d%0aLocation: https://evil.example", "\r\nX-Evil: 1", "/ok\r\nX-Evil: 1", "//testserver.evil.example", " //evil.example")  # fmt: skip


def stays(answer: Any) -> bool:
    if answer.status_code not in (301, 302, 303, 307, 308):
        return 400 <= answer.status_code < 500 or answer.status_code == 200
    target = answer["Location"]
    parts = urlsplit(target)
    return (
        parts.netloc in ("", "testserver")
        and parts.scheme in ("", "http")
        and not target.startswith(("//", "/\\", "\\"))
        and "\r" not in target
        and "\n" not in target
        and "X-Evil" not in answer.headers
    )


@pytest.mark.parametrize("target", AWAY)
def test_e8_no_redirect_leaves_the_site(target: str) -> None:
    user = person(Role.AGENT)
    signed_in = client_of(user)
    tried = [
        Client().post(f"{LOGIN}?next=/admin/", {"username": user.employee_number, "password": PASSWORD, "next": target}),
        Client().post(LOGIN, {"username": user.employee_number, "password": PASSWORD, "next": target}),
        signed_in.get(LOGIN, {"next": target}),
        signed_in.post("/admin/logout/", {"next": target}),
        Client().post("/language/", {"language": "en", "next": target}),
        Client().post("/language/", {"language": "en"}, headers={"referer": target.strip().replace("\r", "").replace("\n", "")}),
        Client().get("/admin/", {"next": target}),
    ]
    assert [answer.status_code for answer in tried if not stays(answer)] == []


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/admin", "/admin//evil.example", "/admin/r/1/1", "/%2F/evil.example", "/%5Cevil.example"]
)
def test_e8_no_address_of_ours_is_bent_into_a_foreign_one(path: str) -> None:
    client = client_of(person(Role.MANAGER))
    for answer in (Client().get(path), client.get(path)):
        assert stays(answer), answer.get("Location")


# --- E9 -------------------------------------------------------------------------------------------------------------
@override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True)
def test_e9_cookies_are_closed_to_scripts_and_other_sites() -> None:
    client = Client()
    client.get("/complain/")
    sign_in(client, person(Role.AGENT))
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"], name
        assert cookie["secure"], name
        assert cookie["samesite"] in ("Lax", "Strict"), name


def test_e9_errors_show_nothing_of_the_machine_room(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client("manager", raise_request_exception=False)
    monkeypatch.setattr("config.work.first_page.work_for", lambda *_given: 1 / 0)
    pages = [
        client.get("/admin/"),
        client.get("/nowhere/"),
        client.get("/?q=%00"),
        client.get("/admin/nowhere/"),
        Client().get("/admin/logout/"),
    ]
    assert [page.status_code for page in pages] == [500, 404, 400, 404, 302]
    for page in pages:
        text = page.content.decode()
        for word in ("Traceback", "ZeroDivision", "urlpatterns", "urlconf", "Request Method", "django.", "config.", "SECRET_KEY"):
            assert word not in text, (page.status_code, word)


@pytest.mark.parametrize("address", ["/api/schema/", "/api/", "/graphql", "/admin/doc/", "/__debug__/", "/static/../config/settings.py", "/media/x", "/attachments/x",
                                     "/.env", "/.git/HEAD", "/manage.py", "/var/secret_key", "/static/%2e%2e/%2e%2e/manage.py", "/admin/search/?s=a"])  # fmt: skip
def test_e9_the_machine_room_is_not_there_even_for_a_manager(world: World, address: str) -> None:
    assert world.client("manager").get(address).status_code == 404


def test_e9_no_answer_opens_the_site_to_other_origins(world: World) -> None:
    for client in (Client(), world.client("manager")):
        for address in ("/", "/complain/", "/admin/", "/healthz/"):
            for method in ("get", "options"):
                answer = getattr(client, method)(
                    address, headers={"origin": "https://evil.example", "access-control-request-method": "POST"}
                )
                assert not [name for name in answer.headers if name.lower().startswith("access-control")]
                assert b"evil.example" not in answer.content


def test_e9_the_back_office_is_closed_to_strangers(world: World) -> None:
    from tests.security.test_forged_requests import addresses

    mine = (reverse("admin:login"), "/admin/password_reset/", "/admin/password_reset/done/", "/admin/reset/done/", "/admin/reset/1/set-password/",
            "/admin/jsi18n/", "/admin/logout/")  # fmt: skip
    for address in addresses():
        if address.startswith("/admin/") and address not in mine:
            answer = Client().get(address)
            assert answer.status_code in (302, 404), address
            assert answer.status_code == 404 or answer["Location"].startswith(LOGIN), address
