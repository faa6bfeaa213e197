"""The complainant's own page: what it shows, what it never shows, what can be done on it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from complaints.models import Answer, Attachment, Complaint, Confirmation, Message, Note, Promise, SurveyAnswer
from complaints.services import attachments, notes
from complaints.workflow import Outcome, Step
from intake.services import limits
from tests.factories.cases import Office, Walk
from tests.factories.files import examine_all, picture

pytestmark = pytest.mark.django_db
Enter = Callable[..., Any]
PNG = picture()


@pytest.fixture
def inside(walk: Walk, customer: Client, enter: Enter) -> Client:
    """A browser that has shown the code of the walk's case."""
    enter(customer, walk.case)
    return customer


def seen(walk: Walk) -> int:
    return int(walk.case.changes.order_by("-sequence").values_list("sequence", flat=True)[0])


def page(client: Client, language: str = "en") -> str:
    response = client.get("/track/case/", headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def act(client: Client, path: str, walk: Walk, **values: Any) -> Any:
    sent = {"complaint": walk.case.number, "seen": seen(walk), **values}
    return client.post(f"/track/case/{path}/", sent, headers={"accept-language": "en"})


@pytest.mark.parametrize("step", [step for step in Step if step != Step.ANSWER])
def test_the_page_can_be_read_at_every_step_with_at_most_ten_queries(
    walk: Walk, customer: Client, enter: Enter, step: Step, django_assert_max_num_queries: Any
) -> None:
    walk.to(step)
    enter(customer, walk.case)
    page(customer)  # the calendar that words are said by is read once a minute

    with django_assert_max_num_queries(10):
        text = page(customer)

    assert walk.case.number in text


def test_it_says_who_looks_after_it_and_by_when(walk: Walk, inside: Client) -> None:
    walk.apologize()
    Complaint.objects.filter(pk=walk.case.pk).update(due_at=timezone.now() + timedelta(days=3))

    text = page(inside)

    assert "林小雨" in text
    assert "in 3 days" in text


def test_it_says_when_we_call_and_that_we_are_sorry_where_we_did_not(walk: Walk, inside: Client, office: Office) -> None:
    now = timezone.now()
    row = Promise.objects.create(complaint=walk.case, call_at=now + timedelta(hours=4), about="配件的进展", by=office.agent, at=now)
    text = page(inside)
    assert "配件的进展" in text
    assert "林小雨 calls you" in text

    late = {"call_at": now - timedelta(hours=3), "about": "上门时间", "by": office.agent, "at": now - timedelta(days=1)}
    missed = Promise.objects.create(complaint=walk.case, **late)
    assert "have not done so yet. We are sorry" in page(inside)

    for each in (row, missed):
        each.called_at, each.called_by, each.result = now, office.agent, "内部：顾客在家"
        each.save()
    text = page(inside)
    assert "as promised." in text
    assert "sorry it was late" in text
    assert "内部" not in text


def test_a11_nothing_internal_is_shown_in_any_form(walk: Walk, inside: Client, office: Office) -> None:
    secret = "内部备注：顾客很难缠"
    notes.add(complaint_id=walk.case.pk, by=office.agent, at=timezone.now(), text=secret)
    attachments.attach(complaint_id=walk.case.pk, upload=SimpleUploadedFile("internal.png", PNG), by=office.agent, at=timezone.now())
    walk.to(Step.CLOSED)

    forms = [
        inside.get("/track/case/"),
        inside.get("/track/case/?format=json", headers={"accept": "application/json"}),
        inside.options("/track/case/"),
    ]

    hidden = [secret, "internal.png", *(person.employee_number for person in (office.agent, office.head, office.investigator))]
    hidden += [
        "周敏",
        "孙丽",
        "吴强",
        "陈立",
        "制度原因",
        "密封圈老化",
        "签收单",
        "生产事业部",
        "质量部",
        walk.case.code_digest,
        walk.case.code_key,
    ]
    for text in (each.content.decode() for each in forms):
        assert [word for word in hidden if word in text] == []
    assert Note.objects.count() == 1


def test_messages_go_both_ways_and_a_double_click_says_it_once(walk: Walk, inside: Client) -> None:
    for _click in range(2):
        assert act(inside, "write", walk, **{"write-text": "什么时候能修？<b>急</b>"}).status_code == 302

    message = Message.objects.get(complaint=walk.case, direction=Message.Direction.IN)
    assert message.text == "什么时候能修？<b>急</b>"
    assert "什么时候能修？&lt;b&gt;急&lt;/b&gt;" in page(inside)


def test_an_empty_message_is_refused_and_a_long_one_kept(walk: Walk, inside: Client) -> None:
    assert act(inside, "write", walk, **{"write-text": " \u200b"}).status_code == 422
    long = act(inside, "write", walk, **{"write-text": "字" * 10_001})
    assert long.status_code == 422
    assert "字" * 10_001 in long.content.decode()


def test_a_file_of_the_case_is_downloaded_but_never_shown_in_a_page(walk: Walk, inside: Client) -> None:
    act(inside, "write", walk, **{"write-uploads": SimpleUploadedFile('a"; filename="b.png', PNG)})
    attachment = Attachment.objects.get()
    examine_all()

    response = inside.get(f"/track/case/file/{attachment.key}/")

    assert b"".join(response).startswith(PNG[:8])
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_b1_a_file_of_another_case_is_not_there(walk: Walk, inside: Client, office: Office) -> None:
    other = Walk(office, timezone.now())
    upload = SimpleUploadedFile("x.png", PNG)
    foreign = attachments.attach(complaint_id=other.case.pk, upload=upload, by=office.agent, at=timezone.now())

    assert inside.get(f"/track/case/file/{foreign.key}/").status_code == 404
    assert Client().get(f"/track/case/file/{foreign.key}/").status_code == 404


@pytest.mark.parametrize("name", ["page.html", "evil.svg", "run.exe"])
def test_a_file_of_a_refused_type_is_refused_and_the_text_kept(walk: Walk, inside: Client, name: str) -> None:
    response = act(inside, "write", walk, **{"write-text": "见附件", "write-uploads": SimpleUploadedFile(name, b"<svg/>")})

    assert response.status_code == 422
    assert "见附件" in response.content.decode()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("path", ["write", "record", "answer", "withdraw", "survey"])
def test_a10_a_form_of_another_case_changes_neither(walk: Walk, inside: Client, office: Office, path: str) -> None:
    other = Walk(office, timezone.now())
    other.to(Step.NOTIFY)
    other.send()
    before = other.case.changes.count(), other.case.messages.count()

    for named in (other.case.number, str(other.case.pk)):
        values = {
            "complaint": named,
            "write-text": "x",
            "answer-verdict": "accept",
            "record-verdict": "confirmed",
            "survey-result_score": 5,
        }
        assert inside.post(f"/track/case/{path}/", values).status_code == 404
        assert inside.post(f"/track/case/{path}/{other.case.pk}/", values).status_code == 404

    assert (other.case.changes.count(), other.case.messages.count()) == before
    assert not Message.objects.filter(complaint=walk.case, direction="in").exists()


def test_the_record_is_confirmed_once_it_was_shown(walk: Walk, inside: Client) -> None:
    walk.apologize()
    walk.record(how=Confirmation.How.SHOWN, result=Confirmation.Result.WAITING)
    assert "Have we recorded it rightly?" in page(inside)

    assert act(inside, "record", walk, **{"record-verdict": "confirmed"}).status_code == 302

    assert Confirmation.objects.filter(complaint=walk.case).latest("pk").result == Confirmation.Result.CONFIRMED
    assert "Have we recorded it rightly?" not in page(inside)


def test_a_correction_needs_words_and_stands_on_record(walk: Walk, inside: Client) -> None:
    walk.apologize()
    walk.record(how=Confirmation.How.SHOWN, result=Confirmation.Result.WAITING)
    assert act(inside, "record", walk, **{"record-verdict": "corrected"}).status_code == 422

    act(inside, "record", walk, **{"record-verdict": "corrected", "record-correction": "是三次，不是两次"})

    assert Confirmation.objects.filter(complaint=walk.case).latest("pk").correction == "是三次，不是两次"


def test_a_record_is_corrected_once_and_a_second_correction_is_not_lost(walk: Walk, inside: Client) -> None:
    walk.apologize()
    walk.record(how=Confirmation.How.SHOWN, result=Confirmation.Result.WAITING)
    act(inside, "record", walk, **{"record-verdict": "corrected", "record-correction": "是三次"})

    again = act(inside, "record", walk, **{"record-verdict": "corrected", "record-correction": "是四次"})

    assert again.status_code == 409
    assert "是四次" in again.content.decode()
    assert Confirmation.objects.filter(complaint=walk.case, result=Confirmation.Result.CORRECTED).count() == 1


def test_everything_said_on_a_case_counts_and_what_is_refused_is_shown_again(walk: Walk, inside: Client) -> None:
    walk.apologize()
    walk.record(how=Confirmation.How.SHOWN, result=Confirmation.Result.WAITING)
    for _number in range(limits.limit_of(limits.Act.WRITE).attempts):
        limits.count(limits.Act.WRITE, address="127.0.0.1", at=timezone.now())

    for path, field in (("record", "correction"), ("answer", "words"), ("withdraw", "reason"), ("write", "text")):
        verdict = {"record": "corrected", "answer": "object_facts"}.get(path, "")
        refused = act(inside, path, walk, **{f"{path}-verdict": verdict, f"{path}-{field}": "说了很多遍"})
        assert refused.status_code == 429, path
        assert "说了很多遍" in refused.content.decode()
    assert act(inside, "survey", walk, **{"survey-result_score": 5, "survey-speed_score": 5, "survey-manner_score": 5}).status_code == 429


def decided(walk: Walk) -> None:
    walk.to(Step.PROPOSE)
    walk.submit()
    walk.approve()
    walk.send()


def test_a_solution_is_not_shown_before_it_was_approved_and_sent(walk: Walk, inside: Client) -> None:
    walk.to(Step.PROPOSE)
    walk.submit()
    assert "上门更换密封圈" not in page(inside)
    walk.approve()
    assert "上门更换密封圈" not in page(inside)
    walk.send()
    assert "上门更换密封圈" in page(inside)


def test_the_customer_accepts(walk: Walk, inside: Client) -> None:
    decided(walk)

    assert act(inside, "answer", walk, **{"answer-verdict": "accept"}).status_code == 302

    assert walk.fresh().step == Step.PENALIZE
    assert Answer.objects.get(complaint=walk.case).kind == Answer.Kind.ACCEPTED
    assert "120.00" in page(inside)


@pytest.mark.parametrize(("verdict", "step"), [("object_facts", Step.INVESTIGATE), ("object_remedy", Step.PROPOSE)])
def test_the_customer_objects_and_says_why(walk: Walk, inside: Client, verdict: str, step: Step) -> None:
    decided(walk)
    assert act(inside, "answer", walk, **{"answer-verdict": verdict}).status_code == 422
    assert walk.fresh().step == Step.NOTIFY

    assert act(inside, "answer", walk, **{"answer-verdict": verdict, "answer-words": "不是这样"}).status_code == 302

    assert walk.fresh().step == step


def test_the_reasons_of_an_unfounded_complaint_are_understood_or_not(walk: Walk, inside: Client) -> None:
    walk.to(Step.CLASSIFY)
    walk.call_unfounded()
    walk.confirm_unfounded()
    walk.send()
    assert "Can you follow our explanation?" in page(inside)

    act(inside, "answer", walk, **{"answer-verdict": "object_facts", "answer-words": "没看懂"})

    assert Answer.objects.get(complaint=walk.case).kind == Answer.Kind.NOT_UNDERSTOOD


def test_an_answer_to_a_page_that_is_out_of_date_is_not_taken_and_not_lost(walk: Walk, inside: Client) -> None:
    decided(walk)
    old = seen(walk) - 1

    stale = act(inside, "answer", walk, **{"seen": old, "answer-verdict": "accept", "answer-words": "谢谢你们"})

    assert stale.status_code == 409
    assert "谢谢你们" in stale.content.decode()
    assert "陈立" not in stale.content.decode().split("</h2>")[0]
    assert walk.fresh().step == Step.NOTIFY


def test_an_answer_that_comes_too_late_is_kept_as_a_message_to_send(walk: Walk, inside: Client) -> None:
    decided(walk)
    walk.lapse()

    late = act(inside, "answer", walk, **{"answer-verdict": "object_remedy", "answer-words": "我不同意这个方案"})

    assert late.status_code == 409
    assert "我不同意这个方案" in late.content.decode()


@pytest.mark.parametrize("sent", ["", "abc", "-1", "9" * 400, "１"])
def test_a_broken_sequence_is_no_failure(walk: Walk, inside: Client, sent: str) -> None:
    decided(walk)
    assert act(inside, "answer", walk, **{"seen": sent, "answer-verdict": "bogus"}).status_code == 422


def test_taking_it_back_asks_once_more(walk: Walk, inside: Client) -> None:
    assert inside.get("/track/case/withdraw/").status_code == 200
    assert walk.fresh().step != Step.CLOSED

    assert act(inside, "withdraw", walk, **{"withdraw-reason": "已经解决了"}).status_code == 302

    assert walk.fresh().outcome == Outcome.WITHDRAWN
    assert inside.get("/track/case/withdraw/")["Location"] == "/track/case/"
    assert act(inside, "withdraw", walk).status_code == 409


def test_a_reason_that_is_too_long_stays_in_its_form(walk: Walk, inside: Client) -> None:
    response = act(inside, "withdraw", walk, **{"withdraw-reason": "长" * 2_001})

    assert response.status_code == 422
    assert "长" * 2_001 in response.content.decode()


@pytest.mark.parametrize("step", [Step.FOLLOW_UP, Step.CLOSED])
def test_the_survey_is_answered_once_a_round_and_moves_nothing(walk: Walk, customer: Client, enter: Enter, step: Step) -> None:
    walk.to(step)
    enter(customer, walk.case)
    assert "How was it for you?" in page(customer)

    values = {"survey-result_score": "4", "survey-attitude_score": "", "survey-buys_again": "maybe", "survey-open_answer": "还行"}
    assert act(customer, "survey", walk, **values).status_code == 302
    assert act(customer, "survey", walk, **values).status_code == 409

    assert SurveyAnswer.objects.get().result_score == 4
    assert walk.fresh().step == step
    assert "How was it for you?" not in page(customer)


@pytest.mark.parametrize("score", ["0", "6", "-1", "4.5", "1e9", "5;", ""])
def test_j3_scores_run_from_one_to_five(walk: Walk, customer: Client, enter: Enter, score: str) -> None:
    walk.to(Step.FOLLOW_UP)
    enter(customer, walk.case)

    assert act(customer, "survey", walk, **{"survey-result_score": score, "survey-open_answer": "留着"}).status_code == 422
    assert not SurveyAnswer.objects.exists()


def test_the_survey_is_not_open_before_its_time(walk: Walk, inside: Client) -> None:
    assert act(inside, "survey", walk, **{"survey-result_score": "5"}).status_code == 409


def test_the_page_speaks_chinese_dates_to_a_chinese_browser(walk: Walk, inside: Client) -> None:
    with translation.override("zh-hans"):
        assert "年" in page(inside, "zh-CN")
    assert 'lang="zh-Hans"' in page(inside, "zh-CN")


@pytest.mark.parametrize("path", ["write", "record", "answer", "survey"])
def test_reloading_after_a_language_switch_leads_back_to_the_case(inside: Client, path: str) -> None:
    assert inside.get(f"/track/case/{path}/")["Location"] == "/track/case/"
