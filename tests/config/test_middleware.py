"""What holds for every request, tried on views of the tests' own."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from config.middleware import client_address
from staff.models import DeniedAttempt, Department, User


def plain(request: HttpRequest, word: str = "") -> HttpResponse:
    return HttpResponse("plain")


@transaction.atomic
def denied(request: HttpRequest, number: int = 0) -> HttpResponse:
    Department.objects.create(name="rolled back", code="ROLLED", level="front_line")
    raise PermissionDenied("Only the head approves.")


def broken(request: HttpRequest) -> HttpResponse:
    raise OperationalError("server closed the connection")


def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a mistake of ours")


def looks_at_session(request: HttpRequest) -> HttpResponse:
    request.session.get("code")
    return HttpResponse("personal")


urlpatterns = [
    path("plain/", plain),
    path("plain/<str:word>/", plain),
    path("denied/<int:number>/", denied, name="denied"),
    path("broken/", broken),
    path("failing/", failing),
    path("personal/", looks_at_session),
    path("", include("config.urls")),
]
handler500 = "config.errors.server_error"

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def somebody() -> User:
    return User.objects.create_user(employee_number="E1", name="Li Na", password="a long pass word")


@pytest.fixture
def forgiving(client: Client) -> Client:
    client.raise_request_exception = False
    return client


# --- Who asks -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "not an address", "10.0.0.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_a7_only_our_own_proxies_are_believed(proxies: int, forwarded: str, expected: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_address(request) == expected


# --- Denied attempts ------------------------------------------------------------------------------------------------
def test_f20_denied_attempt_is_kept_though_the_request_rolls_back(client: Client, somebody: User) -> None:
    client.force_login(somebody)
    answer = client.post("/denied/7/")
    assert answer.status_code == 403
    row = DeniedAttempt.objects.get()
    assert (row.user, row.method, row.path, row.act, row.target) == (somebody, "POST", "/denied/7/", "denied", "7")
    assert row.reason == "Only the head approves."
    assert not Department.objects.filter(code="ROLLED").exists()


def test_strangers_leave_no_denied_attempt(client: Client) -> None:
    assert client.post("/denied/7/").status_code == 403
    assert not DeniedAttempt.objects.exists()


# --- Input ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["/plain/?q=%00", "/plain/?%00=1", "/plain/a%00b/", "/admin/login/?next=%00"])
def test_h6_nul_in_the_address_is_400(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert "charset" in answer.content.decode()


@pytest.mark.parametrize("data", [{"text": "a\0b"}, {"a\0": "b"}, {"text": "a\ud800b"}])
def test_h6_what_cannot_be_stored_in_a_form_is_400_or_replaced(client: Client, data: dict[str, str]) -> None:
    pairs = {key.encode("utf-8", "surrogatepass"): value.encode("utf-8", "surrogatepass") for key, value in data.items()}
    body = b"&".join(_quote(key) + b"=" + _quote(value) for key, value in pairs.items())
    answer = client.generic("POST", "/plain/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == (200 if "\ud800" in data.get("text", "") else 400)  # Django itself replaces lone surrogates


def test_h6_nul_in_a_cookie_is_400(client: Client) -> None:
    client.cookies["sessionid"] = "a\0b"
    assert client.get("/personal/").status_code == 400


def test_h9_too_large_a_form_is_413(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert client.post("/plain/", {"text": "x" * 200}).status_code == 413


def test_b9_what_is_announced_too_large_is_not_read(client: Client, settings: Any) -> None:
    settings.REQUEST_MAX_BYTES = 1000
    answer = client.generic("POST", "/plain/", b"x" * 1001, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413


def test_h9_too_many_fields_is_400(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    assert client.post("/plain/", {f"f{n}": "1" for n in range(9)}).status_code == 400


# --- Errors ---------------------------------------------------------------------------------------------------------
def test_k8_lost_database_is_503_with_a_time_to_come_back(forgiving: Client) -> None:
    answer = forgiving.get("/broken/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Traceback" not in answer.content.decode()


def test_failure_is_a_plain_500(forgiving: Client) -> None:
    answer = forgiving.get("/failing/")
    assert answer.status_code == 500
    assert "a mistake of ours" not in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "status"), [("/plain/", 200), ("/nowhere/", 404), ("/denied/1/", 403), ("/failing/", 500), ("/plain/?q=%00", 400)]
)
def test_c4_strict_headers_on_every_status(forgiving: Client, address: str, status: int) -> None:
    answer = forgiving.get(address)
    assert answer.status_code == status
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] in {"no-referrer", "same-origin"}  # never to another site
    assert "geolocation=()" in answer["Permissions-Policy"]


def test_c4_back_office_may_eval_and_nothing_else(client: Client) -> None:
    policy = client.get("/admin/login/")["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["script-src"] == "'self' 'unsafe-eval'"
    assert parts["style-src"] == "'self' 'unsafe-inline'"
    assert parts["frame-ancestors"] == "'none'"
    assert parts["default-src"] == "'self'"


@pytest.mark.parametrize(
    ("method", "address", "private"), [("GET", "/plain/", False), ("POST", "/plain/", True), ("GET", "/admin/login/", True)]
)
def test_personal_pages_are_not_stored(client: Client, method: str, address: str, private: bool) -> None:
    answer = client.generic(method, address)
    assert ("no-store" in answer.get("Cache-Control", "")) is private


def test_page_that_looked_at_the_session_is_not_stored(client: Client, somebody: User) -> None:
    client.force_login(somebody)
    assert "no-store" in client.get("/personal/")["Cache-Control"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_back_office_speaks_the_language_of_who_signed_in(client: Client, somebody: User, language: str) -> None:
    User.objects.filter(pk=somebody.pk).update(language=language)
    client.force_login(somebody)
    answer = client.get("/admin/password_change/", HTTP_ACCEPT_LANGUAGE="fr")
    assert answer["Content-Language"] == language


def _quote(text: bytes) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in text)
