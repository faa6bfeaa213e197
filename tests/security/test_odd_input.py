"""F15, H5, H6, H9, H12: parameters nobody types and texts nobody writes get an answer in words; never 5xx, never an error of the database."""

from typing import Any
from urllib.parse import quote

import pytest
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint
from complaints.workflow import Step
from intake.models import Submission
from tests.complaints.admin.test_acts import APOLOGY
from tests.intake.conftest import WORDS
from tests.security.crawl import tables
from tests.security.world import World, registered

pytestmark = pytest.mark.django_db

ODD = (
    "o=abc", "o=-99.7", "o=1.1.1.1", "o=" + "1." * 500, "o=9" * 3, "o=-", "o=%00", "p=x", "p=-1", "p=0", "p=1e9", "p=99999999999999999999", "p=%00", "all=1",
    "q='", "q=%22%3E%3Csvg/onload=1%3E", "q=%00", "q=" + "x" * 3000, "q=%25", "q=%5C", "q=_", "q=%E2%80%AE%E9%80%80", "q=%ED%A0%80", "q=" + quote("（" * 400),
    "q=%27%3B+DROP+TABLE+x%3B--", "q=a+%26+b+%7C+%21c+%3A%2A", "_connector=OR+1%3D1+--", "_negated=True", "id=1%27", "id__in=1,x", "id__exact=" + "9" * 40,
    "pk__isnull=maybe", "user__password__startswith=a", "handler__password__startswith=a", "complainant__phone__startswith=1", "by__password__regex=.%2A",
    "complaint__complainant__phone=1", "id%27=1", "%00=1", "a%22b=1", "e=1", "_popup=1", "_to_field=password", "_to_field=id%27", "_facets=True",
    "_changelist_filters=%00", "is_active__exact=%27", "department=%D9%A3", "step=id%27", "created__year=x", "at__gte=yesterday", "at__date=0000-00-00",
    "text__regex=(((((", "name__iregex=%5B", "id__lt=NaN", "id__gt=1e400", "ordering=assigned_to__password", "format=json", "__proto__=1", "q=a&q=b&q=%00",
)  # fmt: skip
DATABASE_WORDS = ("psycopg", "SELECT ", "syntax error", "ProgrammingError", "DataError", "FieldError", "complaints_complaint.")


@pytest.fixture
def manager(world: World) -> Client:
    return world.client("manager", raise_request_exception=False)


@pytest.mark.parametrize("name", sorted(registered()))
def test_f15_odd_parameters_of_every_list_get_an_answer(manager: Client, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = reverse(f"admin:{name.replace('.', '_')}_changelist")
    small = SimpleTemplateResponse.rendered_content.fget  # type: ignore[attr-defined]  # a property, seen on its class
    # Rows are read when the page is painted, so it is painted; only the answers that were refused before are not.
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", property(lambda page: _read_rows(page) or small(page)))
    for query in ODD:
        answer = manager.get(f"{path}?{query}")
        assert answer.status_code in {200, 302, 400}, (query, answer.status_code)
        text = answer.content.decode()
        assert not any(word in text for word in DATABASE_WORDS), query


def _read_rows(page: Any) -> str:
    """Instead of painting a whole list: read its rows, and say so."""
    found = (page.context_data or {}).get("cl")
    return f"{len(list(found.result_list))} rows" if found is not None else ""


def test_f15_a_filter_by_a_protected_column_says_nothing(world: World, manager: Client) -> None:
    """No order, no count and no list tells the value of a column that is not shown (I7)."""
    path = "/admin/staff/user/"
    for lookup in (
        "password__startswith",
        "history__password",
        "groups__permissions__codename",
        "is_superuser",
        "rights_changed_at__gte",
        "axes",
    ):
        answer = manager.get(path, {lookup: "md5"})
        assert answer.status_code in {302, 400}, lookup
        assert manager.get("/admin/complaints/complaint/", {lookup: "md5"}).status_code in {302, 400}
    agent = world.client("agent")
    for lookup in ("complainant__email", "complainant__phone_digits__startswith", "code_digest__startswith", "code_key"):
        assert agent.get("/admin/complaints/complaint/", {lookup: "1"}).status_code in {302, 400}, lookup


@pytest.mark.parametrize("pk", ["0", "-1", "1e9", "abc", "9" * 40, "1%00", "1'", "..", "%2e%2e", "1/../2", "null", "1 OR 1=1", "_5F"])
def test_f15_odd_numbers_in_the_address_are_not_there(manager: Client, pk: str) -> None:
    for name in registered():
        base = reverse(f"admin:{name.replace('.', '_')}_changelist")
        for page in ("change/", "history/", "delete/"):
            status = manager.get(f"{base}{quote(pk, safe='%')}/{page}").status_code
            assert status in {301, 302, 400, 403, 404}, (name, pk, page, status)


@pytest.mark.parametrize(
    "query",
    ["", "term=%00", "app_label=staff&model_name=membership&field_name=user&term=%27&p=-1", "app_label=staff&model_name=user&field_name=password&term=a",
     "app_label=complaints&model_name=complaint&field_name=handler&term=", "app_label=auth&model_name=user&field_name=groups", "app_label=x&model_name=y&field_name=z",
     "app_label=staff&model_name=membership&field_name=user&term=x&p=9999999999999"],
)  # fmt: skip
def test_f15_the_autocomplete_answers_only_what_forms_ask(world: World, manager: Client, query: str) -> None:
    for client in (manager, world.client("employee", raise_request_exception=False)):
        answer = client.get(f"/admin/autocomplete/?{query}")
        assert answer.status_code < 500
        assert "password" not in answer.content.decode() or answer.status_code >= 400


@pytest.mark.parametrize("query", ["?q=%27", "?code=x", "?page=-1", "?%00", "?lang=%00", "?" + "a=1&" * 900, "?next=%0d%0a"])
def test_f15_public_pages_mind_no_parameters(world: World, query: str) -> None:
    client = Client(raise_request_exception=False)
    for path in ("/", "/complain/", "/track/", "/privacy/", "/lost-code/", "/thanks/", "/healthz/"):
        assert client.get(path + query).status_code in {200, 302, 400}


# --- Texts ----------------------------------------------------------------------------------------------------------
WHOLE = {
    "emoji": "漏水😤👨‍👩‍👧‍👦🏳️‍🌈",
    "combining": "e" + "\u0301" * 9000,
    "right to left": "هذا سيئ \u202e文字\u202c",
    "decomposed": "Cafe\u0301 が",
    "rare": "𠮷野家 \U0001f9ff",
    "markup": "<b>&amp;</b> &lt;script&gt; {{ x }} {% y %}",
}


@pytest.mark.parametrize("words", WHOLE.values(), ids=WHOLE)
def test_h5_what_people_write_is_kept_and_shown_whole(world: World, words: str) -> None:
    sent = Client().post(
        "/complain/", {"form_key": "7f3d8a52-3f0c-4b59-9b3b-0d7a7f6d1c10", **WORDS, "story": words}, REMOTE_ADDR="127.0.0.9"
    )
    assert sent.status_code == 302
    case = Complaint.objects.latest("pk")
    assert case.story == words
    page = world.client("agent").get(f"/admin/complaints/complaint/{case.pk}/change/")
    assert page.status_code == 200
    assert page.context["case"].story == words
    newest = case.changes.latest("sequence").sequence
    agent = world.client("agent")
    taken = agent.post(f"/admin/complaints/complaint/{case.pk}/act/apologize/", APOLOGY | {"words": words, "seen": newest})
    assert taken.status_code == 302
    assert case.apologies.get().words == words


@pytest.mark.parametrize("words", ["\u200b\u200d\u2060", "\u3164", " \u00a0\t", "\u0301" * 50, "\u202e\u202c"])
def test_h5_a_text_nobody_can_see_is_none(world: World, words: str) -> None:
    before = Complaint.objects.count()
    sent = Client().post("/complain/", {"form_key": "7f3d8a52-3f0c-4b59-9b3b-0d7a7f6d1c11", **WORDS, "story": words})
    assert sent.status_code == 422
    assert Complaint.objects.count() == before


BROKEN = {"nul": "a\x00b", "surrogate": "a\ud800b"}


@pytest.mark.parametrize("words", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("field", ["story", "name", "form_key", "demands", "order_number", "email"])
def test_h6_what_cannot_be_stored_is_refused_on_the_public_form(world: World, field: str, words: str) -> None:
    before = tables()
    pairs = [("form_key", "7f3d8a52-3f0c-4b59-9b3b-0d7a7f6d1c12"), *WORDS.items()]
    pairs = [(name, value) for name, value in pairs if name != field] + [(field, words)]
    status = _post_raw(Client(raise_request_exception=False), "/complain/", pairs)
    # Django turns a lone surrogate into the mark for “unreadable”; that is a text like any other.
    assert status in ({400} if "\x00" in words else {302, 400, 422})
    if "\x00" in words:
        assert tables() == before


def _post_raw(client: Client, path: str, pairs: list[tuple[str, Any]]) -> int:
    flat = [(name, item) for name, value in pairs for item in (value if isinstance(value, list) else [value])]
    body = "&".join(f"{name}={quote(str(value), safe='', errors='surrogatepass')}" for name, value in flat)
    return client.generic("POST", path, body.encode(), content_type="application/x-www-form-urlencoded").status_code


@pytest.mark.parametrize("words", BROKEN.values(), ids=BROKEN)
def test_h6_what_cannot_be_stored_is_refused_in_the_back_office(world: World, words: str) -> None:
    client, case = world.client("agent", raise_request_exception=False), world.cases[Step.APOLOGIZE]
    before = tables()
    for act in ("apologize", "add_note", "write_message", "no_such_act"):
        pairs = [*(APOLOGY | {"words": words, "text": words, "kind": "reply"}).items()]
        status = _post_raw(client, f"/admin/complaints/complaint/{case.pk}/act/{act}/", pairs)
        assert 300 <= status < 500
        if "\x00" in words:
            assert status == 400
    if "\x00" in words:
        assert tables() == before
    for path in ("/track/", "/lost-code/", "/admin/login/", "/language/"):
        assert 300 <= _post_raw(Client(raise_request_exception=False), path, [("code", words), ("number", words), ("username", words), ("password", "x"),
                                                                               ("language", words)]) < 500 or "\x00" not in words  # fmt: skip


LONGEST = {"story": 10_000, "demand_words": 2_000, "own_proposal": 2_000, "order_number": 60, "name": 80}


@pytest.mark.parametrize(("field", "most"), LONGEST.items())
def test_h9_one_letter_too_many_is_told_and_kept(world: World, field: str, most: int) -> None:
    key = "7f3d8a52-3f0c-4b59-9b3b-0d7a7f6d1c13"
    before = Submission.objects.count()
    sent = Client().post("/complain/", {"form_key": key, **WORDS, field: "漏" * (most + 1)})
    assert sent.status_code == 422
    assert "漏" * (most + 1) in sent.content.decode()
    assert Submission.objects.count() == before
    assert Client().post("/complain/", {"form_key": key, **WORDS, field: "漏" * most}, REMOTE_ADDR="127.0.0.8").status_code == 302


@pytest.mark.parametrize("address", ["/complain/", "/track/", "/lost-code/", "/admin/login/", "/language/"])
def test_h9_far_too_much_is_refused_quickly(world: World, address: str) -> None:
    client = Client(raise_request_exception=False)
    started = timezone.now()
    answers = [
        client.post(address, {"story": "x" * 3_000_000}).status_code,
        client.post(address, {f"f{n}": "1" for n in range(1001)}).status_code,
        client.generic("POST", address, b"&".join([b"a=1"] * 600), content_type="application/x-www-form-urlencoded").status_code,
        client.generic("POST", address, b"x" * 2000, content_type="multipart/form-data; boundary=" + "b" * 300).status_code,
        client.generic("POST", address, b"{}" * 100, content_type="application/json; charset=no-such").status_code,
    ]
    assert all(400 <= status < 500 or (status in (200, 302) and number > 2) for number, status in enumerate(answers)), answers
    assert (timezone.now() - started).total_seconds() < 10


def test_h9_too_long_in_the_back_office_is_told_and_kept(world: World) -> None:
    client, case = world.client("agent", raise_request_exception=False), world.cases[Step.APOLOGIZE]
    newest = case.changes.latest("sequence").sequence
    long = "歉" * 10_001
    answer = client.post(f"/admin/complaints/complaint/{case.pk}/act/apologize/", APOLOGY | {"words": long, "seen": newest})
    assert answer.status_code == 422
    assert long in answer.content.decode()
    for seen in ("9" * 40, "-1", "abc", "1e3", "\u0663", ""):
        answer = client.post(f"/admin/complaints/complaint/{case.pk}/act/apologize/", APOLOGY | {"words": long, "seen": seen})
        assert answer.status_code in (409, 422), seen
    assert not case.apologies.exists()


@pytest.mark.parametrize(
    "counts",
    [{"TOTAL_FORMS": "999999999"}, {"TOTAL_FORMS": "-1"}, {"TOTAL_FORMS": "x"}, {"INITIAL_FORMS": "99"}, {"TOTAL_FORMS": "\u0662"}],
)
def test_h9_forged_counts_of_rows_are_refused(world: World, counts: dict[str, str]) -> None:
    client, case = world.client("agent", raise_request_exception=False), world.cases[Step.RECORD]
    newest = case.changes.latest("sequence").sequence
    sent = {"seen": newest, "facts": "x", "how": "read_back", "result": "confirmed"}
    for prefix in ("allegations", "demands", "named"):
        sent |= {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "0"} | {
            f"{prefix}-{name}": value for name, value in counts.items()
        }
    answer = client.post(f"/admin/complaints/complaint/{case.pk}/act/record_facts/", sent)
    assert answer.status_code in (409, 422)
    assert Complaint.objects.get(pk=case.pk).step == Step.RECORD
