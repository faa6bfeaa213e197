"""Topics of the form and their extra questions."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from complaints.models import Category, Complaint, Question, QuestionAnswer
from intake.models import Submission
from tests.factories.cases import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(office: Office) -> Question:
    return Question.objects.create(category=office.category, text="产品批号是多少？", text_en="Which batch?", required=True)


@pytest.fixture
def hurt(office: Office) -> Question:
    return Question.objects.create(category=office.category, text="有人受伤吗？", kind=Question.Kind.YES_NO, position=2)


def test_the_questions_of_a_topic_are_shown_by_address_by_button_and_by_script(customer: Client, batch: Question, send: Any) -> None:
    about = str(batch.category_id)

    assert batch.text not in customer.get("/complain/").content.decode()
    assert batch.text in customer.get(f"/complain/?about={about}").content.decode()
    assert batch.text in customer.get(f"/complain/topic/?about={about}&kind=complaint").content.decode()
    assert "Which batch?" in customer.get(f"/complain/?about={about}", headers={"accept-language": "en"}).content.decode()
    shown = send(about=about, show="1", story="打了一半的话")
    assert shown.status_code == 200
    assert batch.text in shown.content.decode()
    assert "打了一半的话" in shown.content.decode()
    assert not Submission.objects.exists()


def test_what_must_be_answered_is_checked_here_and_kept_beside_the_question(
    send: Callable[..., Any], batch: Question, hurt: Question
) -> None:
    about = str(batch.category_id)

    assert send(about=about).status_code == 422
    assert send(about=about, **{f"question-{batch.pk}": " B-77 ", f"question-{hurt.pk}": "no"}).status_code == 302
    case = Complaint.objects.get()
    assert case.category == batch.category
    kept = QuestionAnswer.objects.filter(complaint=case).order_by("pk").values_list("asked", "text")
    assert list(kept) == [("产品批号是多少？", "B-77"), ("有人受伤吗？", "no")]


def test_a_topic_that_is_not_offered_is_refused_and_asks_nothing(send: Callable[..., Any], batch: Question) -> None:
    Category.objects.update(public=False)

    refused = send(about=str(batch.category_id))
    assert refused.status_code == 422
    assert batch.text not in refused.content.decode()


@pytest.mark.parametrize("about", ["0", "-1", "x", "9" * 40, "１", "%00", "1 OR 1=1"])
def test_h6_an_odd_topic_is_no_failure(customer: Client, office: Office, about: str) -> None:
    assert customer.get(f"/complain/topic/?about={about}").status_code in {200, 400}
    assert customer.get(f"/complain/?about={about}").status_code in {200, 400}


def test_the_poster_presets_place_topic_and_kind(customer: Client, send: Callable[..., Any], office: Office) -> None:
    poster = customer.get(f"/poster/{office.reception.code}/?kind=complaint&about={office.category.pk}")
    assert (poster.status_code, poster["X-Robots-Tag"]) == (200, "noindex, nofollow")
    assert "<svg" in poster.content.decode()
    assert customer.get("/poster/nowhere/").status_code == 404

    page = customer.get(f"/complain/?at={office.quality.code}&about={office.category.pk}").content.decode()
    assert f'name="at" value="{office.quality.code}"' in page
    send(at=office.quality.code)
    assert Complaint.objects.get().department == office.reception  # only who receives customers gets it first
    assert Submission.objects.get().payload["at"] == office.quality.code
