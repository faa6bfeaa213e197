"""The public standards with the three questions, the rates, and what the complainant does with them on their own page."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import CostCorrection, Remedy, Standard
from complaints.services import standards, starter_standards
from complaints.services.inputs import ItemInput
from complaints.workflow import Step
from staff.services import documents
from staff.services.documents import NumberedClause
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
Enter = Callable[..., Any]


@pytest.fixture
def promised(office: Office) -> Standard:
    """The starter rows; returns that of the delivery."""
    starter_standards.load(office.manager, timezone.now(), date(2025, 1, 1))
    return Standard.objects.get(title_en="Delivered within three days")


@pytest.fixture
def inside(walk: Walk, customer: Client, enter: Enter) -> Client:
    enter(customer, walk.case)
    return customer


def ask(client: Client, language: str = "en", **said: Any) -> Any:
    return client.get("/standards/", said, headers={"accept-language": language})


class TestThreeQuestions:
    def test_say_whether_it_was_missed_and_what_is_due(self, customer: Client, promised: Standard) -> None:
        text = ask(customer, standard=promised.pk, measured="5").content.decode()
        assert "Yes, we missed it." in text
        assert "20.00 CNY" in text
        assert "No, the promise was kept." in ask(customer, standard=promised.pk, measured="3").content.decode()

    def test_ask_for_the_price_where_it_depends_on_it(self, customer: Client, promised: Standard) -> None:
        true = Standard.objects.get(title_en="Advertising is true")
        assert "depends on the price" in ask(customer, standard=true.pk, measured="1").content.decode()
        assert "500.00 CNY" in ask(customer, standard=true.pk, measured="1", price="100").content.decode()
        assert "900.00 CNY" in ask(customer, standard=true.pk, measured="1", price="300").content.decode()

    def test_go_by_the_version_of_the_day(self, customer: Client, promised: Standard, office: Office) -> None:
        since = timezone.localdate() - timedelta(days=10)
        clauses = [NumberedClause("1", "配送时限", "两日内送达。")]
        new = documents.publish_version(
            document=promised.version.document, body="新", clauses=clauses, in_force_from=since, by=office.manager, at=timezone.now()
        )
        row = next(each for each in starter_standards.ROWS if each.title == promised.title)
        stricter = starter_standards.made(row, new)
        stricter.limit = Decimal(2)
        standards.add(standard=stricter, by=office.manager, at=timezone.now())
        assert "Yes, we missed it." in ask(customer, standard=stricter.pk, measured="3").content.decode()
        before: dict[str, Any] = {"standard": stricter.pk, "measured": "3", "on": (since - timedelta(days=1)).isoformat()}
        assert "No, the promise was kept." in ask(customer, **before).content.decode()
        assert "no such promise yet" in ask(customer, **before | {"on": "2024-12-31"}).content.decode()

    def test_work_without_any_standard_and_with_odd_answers(self, customer: Client, office: Office) -> None:
        assert ask(customer).status_code == 200
        starter_standards.load(office.manager, timezone.now(), date(2025, 1, 1))
        odd = ["", "-1", "NaN", "1e9", "１", "x" * 50, "9" * 40, "\x00"]
        for value in odd:
            for said in ({"standard": "1", "measured": value}, {"standard": value, "measured": "1"}, {"measured": "1", "on": value}):
                assert ask(customer, **said).status_code in (400, 422)

    def test_take_few_queries_and_show_what_is_published_alone(
        self, customer: Client, promised: Standard, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(10):
            text = ask(customer, standard=promised.pk, measured="5").content.decode()
        assert all(row.title_en in text for row in starter_standards.ROWS)
        assert "三日内送达" in ask(customer, language="zh-hans").content.decode()


def test_the_rates_are_public(customer: Client, office: Office) -> None:
    text = customer.get("/standards/cost/", headers={"accept-language": "en"}).content.decode()
    assert "30.00 CNY" in text
    assert text.count("<tr>") == 8


class TestTheCostOnTheOwnPage:
    def post(self, client: Client, walk: Walk, **said: Any) -> Any:
        known = {
            "cost-hours": "1",
            "cost-minutes": "30",
            "cost-contacts": "4",
            "cost-papers": "2",
            "cost-money": "36.50",
            "cost-words": "打车",
        }
        sent = {"complaint": walk.case.number, **known, **{f"cost-{name}": value for name, value in said.items()}}
        return client.post("/track/case/cost/", sent, headers={"accept-language": "en"})

    def test_is_shown_and_put_right(self, walk: Walk, inside: Client) -> None:
        walk.to(Step.PROPOSE)
        assert "Reckoned from our record." in inside.get("/track/case/cost/", headers={"accept-language": "en"}).content.decode()
        assert self.post(inside, walk).status_code == 302
        said = CostCorrection.objects.get()
        assert (said.minutes, said.contacts, said.papers, said.money, said.words) == (90, 4, 2, Decimal("36.50"), "打车")
        assert "Reckoned with what you told us." in inside.get("/track/case/cost/", headers={"accept-language": "en"}).content.decode()

    @pytest.mark.parametrize(
        "odd", ["-0.01", "0.001", "NaN", "Infinity", "1e400", "1_000", "１２", "1,000", "0x10", "true", "[]", "9" * 13]
    )
    def test_h1_invalid_money_is_refused_in_words(self, walk: Walk, inside: Client, odd: str) -> None:
        """H1: on the customer's side too."""
        response = self.post(inside, walk, money=odd)
        assert response.status_code == 422
        assert CostCorrection.objects.count() == 0
        assert "打车" in response.content.decode(), "what was typed is kept"

    @pytest.mark.parametrize(
        ("field", "odd"), [("contacts", ""), ("contacts", "-1"), ("contacts", "1001"), ("hours", "1.5"), ("papers", "²")]
    )
    def test_numbers_too(self, walk: Walk, inside: Client, field: str, odd: str) -> None:
        assert self.post(inside, walk, **{field: odd}).status_code == 422

    def test_not_when_all_is_done(self, walk: Walk, inside: Client) -> None:
        walk.to(Step.CLOSED)
        assert inside.get("/track/case/cost/").status_code == 302
        assert self.post(inside, walk).status_code == 409
        assert CostCorrection.objects.count() == 0


class TestAlternatives:
    def offered(self, walk: Walk) -> None:
        walk.to(Step.PROPOSE)
        due = timezone.localdate(walk.at) + timedelta(days=3)
        items = [
            ItemInput("compensation", f"方案{option}", Decimal(100 + option), walk.office.investigator, due, option) for option in (0, 1, 2)
        ]
        walk.submit(items=items)
        walk.approve()
        walk.send()

    def answer(self, client: Client, walk: Walk, **said: Any) -> Any:
        newest = walk.case.changes.order_by("-sequence")[0].sequence
        sent = {"complaint": walk.case.number, "seen": newest, "answer-verdict": "accept", **said}
        return client.post("/track/case/answer/", sent, headers={"accept-language": "en"})

    def test_the_customer_chooses_one(self, walk: Walk, inside: Client) -> None:
        self.offered(walk)
        page = inside.get("/track/case/", headers={"accept-language": "en"}).content.decode()
        assert page.count('name="answer-option"') == 2
        assert self.answer(inside, walk, **{"answer-option": "2"}).status_code == 302
        assert Remedy.objects.get().chosen_option == 2
        after = inside.get("/track/case/", headers={"accept-language": "en"})
        assert [item.description for item in after.context["page"].always] == ["方案0", "方案2"]
        assert "answer-option" not in after.content.decode()

    @pytest.mark.parametrize("option", ["", "0", "3", "-1", "x", "1.5", "9" * 30])
    def test_a_wrong_one_is_an_error_in_words(self, walk: Walk, inside: Client, option: str) -> None:
        self.offered(walk)
        response = self.answer(inside, walk, **{"answer-option": option, "answer-words": "我选这个"})
        assert response.status_code == 422
        text = response.content.decode()
        assert "Please choose one of the alternatives." in text
        assert "我选这个" in text
        assert walk.fresh().step == Step.NOTIFY

    def test_one_s_own_proposal_granted_stands_first(self, office: Office, customer: Client, enter: Enter) -> None:
        walk = Walk(office, timezone.now() - timedelta(days=1), own_proposal="换一台新的")
        walk.to(Step.PROPOSE)
        walk.submit(grants_proposal=True, own_proposal_answer="")
        walk.approve()
        walk.send()
        assert "换一台新的" in walk.case.messages.get(kind="decision").text
        enter(customer, walk.case)
        text = customer.get("/track/case/", headers={"accept-language": "en"}).content.decode()
        assert text.index("We do what you proposed:") < text.index("上门更换密封圈")
