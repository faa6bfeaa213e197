"""Guidance in the back office: paths, drafts, letters and articles on the case page; templates and articles in their lists."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from analytics.queries.promises import kept
from complaints.files import letter as papers
from complaints.guides import PATHS
from complaints.models import Article, ArticleUse, GuideEntry, Letter, LetterTemplate, Message, Promise
from complaints.services import letters
from complaints.workflow import Kind, Step
from config.work.first_page import work_for
from staff.models import User
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
EVIL = "{{ settings.SECRET_KEY }}{% include 'x' %}{0.__class__}%(x)s"


def walk_of(office: Office, **filing: Any) -> Walk:
    return Walk(office, timezone.now() - timedelta(hours=4), **filing)


def article(office: Office, **changes: Any) -> Article:
    values: dict[str, Any] = {
        "question": "热水器漏水怎么办", "answer": "先关进水阀。", "owner": office.agent, "review_on": date(2030, 1, 1), "state": "published",
    }  # fmt: skip
    return Article.objects.create(**(values | changes))


def stage(desk: Desk, walk: Walk, name: str, **fields: Any) -> Any:
    path = walk.case.guided_paths.order_by("-pk").get()
    return desk.act(walk.case, "guide_stage", stage=name, path=path.pk, **fields)


def test_a_path_is_walked_by_the_forms_of_the_page(office: Office) -> None:
    walk, desk = walk_of(office), Desk(office.agent)
    desk.act(walk.case, "guide", path="lscia", medium="phone")
    page = desk.case(walk.case).content.decode()
    assert 'name="second"' in page
    texts = {"second": "漏水", "third": "地板泡坏", "fourth": "马上修", "words": "热水器漏水，想马上修"}
    assert stage(desk, walk, "listen", feeling="angry", confirmed="yes", **texts).status_code == 302
    assert stage(desk, walk, "share", words="我理解您的心情").status_code == 302
    assert stage(desk, walk, "clarify", words="阀门漏水", lies_in="product").status_code == 302
    later = timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert stage(desk, walk, "illustrate", words="配件明天到", solved_now="no", call_at=later).status_code == 302
    page = desk.case(walk.case).content.decode()
    assert "配件明天到\n" in page  # what is sent begins with what was agreed, and the time of the call
    assert stage(desk, walk, "ask", words="配件明天到，明天给您打电话").status_code == 302
    assert GuideEntry.objects.filter(complaint=walk.case).count() == len(PATHS["lscia"])
    assert "配件明天到，明天给您打电话" in Message.objects.get(complaint=walk.case, kind="reply").text
    assert Promise.objects.get(complaint=walk.case).called_at is None
    assert 'id="act-guide_stage"' not in desk.case(walk.case).content.decode()


def test_a_stage_that_is_not_complete_comes_back_with_everything_typed(office: Office) -> None:
    walk, desk = walk_of(office), Desk(office.agent)
    desk.act(walk.case, "guide", path="six_steps", medium="phone")
    response = stage(desk, walk, "opening", words="您好，我是林小雨")
    assert response.status_code == 422
    assert "您好，我是林小雨" in response.content.decode()
    response = stage(desk, walk, "questions", words="不按顺序")
    assert response.status_code == 409
    assert not GuideEntry.objects.exists()


def test_a_stage_of_nothing_is_refused(office: Office) -> None:
    walk, desk = walk_of(office), Desk(office.agent)
    assert desk.act(walk.case, "guide_stage", stage="listen", path="1", words="x").status_code == 422
    desk.act(walk.case, "guide", path="lscia", medium="phone")
    assert desk.act(walk.case, "guide_stage", stage="../etc", path="'", words="x").status_code == 422


def test_a_promised_call_waits_in_the_piles_and_is_recorded_on_the_page(office: Office) -> None:
    walk, desk = walk_of(office), Desk(office.agent)
    promise = Promise.objects.create(
        complaint=walk.case, call_at=timezone.now() - timedelta(hours=1), about="配件到没到", by=office.agent, at=walk.at
    )
    assert any("#promises" in row.url and row.is_late for pile in work_for(office.agent, timezone.now()) for row in pile.rows)
    assert desk.act(walk.case, "keep_promise", promise=promise.pk, result="已告知", again="no").status_code == 302
    promise.refresh_from_db()
    assert (promise.called_by, promise.kept) == (office.agent, False)
    assert not any("#promises" in row.url for pile in work_for(office.agent, timezone.now()) for row in pile.rows)


def test_a_call_without_a_solution_yet_is_recorded_with_the_next_time(office: Office) -> None:
    walk, desk = walk_of(office), Desk(office.agent)
    soon, later = (timezone.localtime() + timedelta(days=days) for days in (1, 2))
    assert desk.act(walk.case, "promise_call", call_at=f"{soon:%Y-%m-%dT%H:%M}", about="配件到没到").status_code == 302
    promise = Promise.objects.get(complaint=walk.case)
    called: dict[str, Any] = {"promise": promise.pk, "result": "配件还在路上，已道歉", "again": "yes"}
    assert desk.act(walk.case, "keep_promise", **called).status_code == 422
    assert desk.act(walk.case, "keep_promise", **called, next_at="2020-01-01T10:00").status_code == 422
    assert desk.act(walk.case, "keep_promise", **called, next_at=f"{later:%Y-%m-%dT%H:%M}", next_about="装好了没有").status_code == 302

    promise.refresh_from_db()
    following = Promise.objects.get(complaint=walk.case, called_at=None)
    assert (promise.kept, following.about, timezone.localtime(following.call_at).date()) == (True, "装好了没有", later.date())


def test_the_list_of_promised_calls_says_how_many_were_kept(office: Office) -> None:
    walk, now = walk_of(office), timezone.now()
    for hours, called in ((5, 5), (4, 3), (3, None), (-3, None)):
        call_at = now - timedelta(hours=hours)
        made = {"called_at": now - timedelta(hours=called), "called_by": office.agent, "result": "已告知"} if called else {}
        Promise.objects.create(complaint=walk.case, call_at=call_at, about="进展", by=office.agent, at=walk.at, **made)

    everything, reception = kept(office.reception_head, since=now - timedelta(days=30), until=now)
    assert (everything.due, everything.in_time, everything.late, everything.missed, everything.percent) == (3, 1, 1, 1, 33)
    assert reception.department == office.reception.name
    assert kept(office.head, since=now - timedelta(days=30), until=now)[0].due == 0
    client = Desk(office.reception_head).client
    page = reverse("admin:complaints_promise_changelist")
    assert "33 %" in client.get(page).content.decode()
    for how in ("to_call", "missed", "kept", "late"):
        assert client.get(page, {"how": how}).content.decode().count("#promises") == 1


def test_a_canned_reply_is_chosen_read_and_sent_by_the_person(office: Office) -> None:
    walk, desk = walk_of(office), Desk(office.agent)
    reply = LetterTemplate.objects.create(kind="reply", language="zh-hans", name="进展", body="{顾客姓名}，编号 {number}，{承办人}跟进。")
    LetterTemplate.objects.create(kind="reply", language="en", name="Progress", body="x")
    page = desk.case(walk.case).content.decode()
    assert f'<option value="{reply.pk}">进展</option>' in page
    assert ">Progress<" not in page

    drafted = desk.client.get(reverse("admin:complaints_complaint_change", args=[walk.case.pk]), {"template": reply.pk}).content.decode()

    assert f"王芳，编号 {walk.case.number}，林小雨跟进。" in drafted
    assert not Message.objects.filter(complaint=walk.case, kind="reply").exists()


def test_c7_a_draft_with_a_hostile_name_and_story_is_literal_text_on_the_page(office: Office) -> None:
    from complaints.services.inputs import PartyInput

    walk = walk_of(office, story=EVIL, complainant=PartyInput(name=EVIL, phone="13800138000"))
    reply = LetterTemplate.objects.create(kind="reply", language="zh-hans", name="x", body="{name} {story} " + EVIL)
    page = Desk(office.agent).client.get(reverse("admin:complaints_complaint_change", args=[walk.case.pk]), {"template": reply.pk})
    assert page.content.decode().count("{{ settings.SECRET_KEY }}{% include &#x27;x&#x27; %}{0.__class__}%(x)s") >= 3
    with override_settings(SECRET_KEY="never-to-be-seen"):
        assert "never-to-be-seen" not in page.content.decode()


@pytest.mark.parametrize("asked", ["0", "-1", "1e3", "٣", "9" * 40, "x", "", "\x00"])
def test_an_odd_template_gives_the_plain_page(office: Office, asked: str) -> None:
    walk = walk_of(office)
    for name in ("template", "article"):
        page = Desk(office.agent).client.get(reverse("admin:complaints_complaint_change", args=[walk.case.pk]), {name: asked})
        assert page.status_code in {200, 400}


def test_a_letter_is_sent_from_the_page_and_can_be_printed(office: Office) -> None:
    walk, desk = walk_of(office), Desk(office.agent)
    made = LetterTemplate.objects.create(kind="holding", language="zh-hans", name="阶段", subject="进展 {number}", body="还在查。")
    assert desk.act(walk.case, "send_letter", kind="holding", subject="进展", text="还在查。", template=made.pk).status_code == 302
    letter = Letter.objects.get(complaint=walk.case)
    assert letter.template == made

    page = desk.get("complaints_complaint_letter", walk.case.pk, letter.pk)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert "还在查。" in text
    assert "王芳" in text
    file = desk.get("complaints_complaint_letter_pdf", walk.case.pk, letter.pk)
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    assert file.content.startswith(b"%PDF-")


def test_without_the_extra_there_is_no_pdf_and_no_button(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    walk, desk = walk_of(office), Desk(office.agent)
    desk.act(walk.case, "send_letter", kind="holding", subject="进展", text="还在查。")
    letter = Letter.objects.get()
    monkeypatch.setattr(papers, "NEEDED", ("no_such_library",))
    assert "/pdf/" not in desk.get("complaints_complaint_letter", walk.case.pk, letter.pk).content.decode()
    assert desk.get("complaints_complaint_letter_pdf", walk.case.pk, letter.pk).status_code == 404


def test_a_letter_is_read_by_who_may_write_to_this_customer_alone(office: Office) -> None:
    walk = walk_of(office)
    letter = letters.send_letter(complaint_id=walk.case.pk, by=office.agent, at=walk.at, kind="holding", subject="x", text="x")
    other = walk_of(office)
    strangers: list[User] = [office.auditor, office.employee, office.personnel, office.investigator]
    for user in strangers:
        for page in ("complaints_complaint_letter", "complaints_complaint_letter_pdf"):
            assert Desk(user).get(page, walk.case.pk, letter.pk).status_code in {403, 404}, user
    assert Desk(office.agent).get("complaints_complaint_letter", other.case.pk, letter.pk).status_code == 404


def test_the_page_has_articles_at_hand_but_none_for_reports(office: Office) -> None:
    near, far = article(office), article(office, question="发票怎么开", answer="在订单里申请。")
    walk, desk = walk_of(office), Desk(office.agent)
    page = desk.case(walk.case).content.decode()
    assert near.question in page
    assert far.question not in page
    assert desk.act(walk.case, "article_helped", article=near.pk).status_code == 302
    assert ArticleUse.objects.get().complaint == walk.case
    report = walk_of(office, kind=Kind.REPORT)
    assert near.question not in desk.case(report.case).content.decode()


def test_the_page_stays_within_its_queries(office: Office, django_assert_max_num_queries: Any) -> None:
    walk, desk = walk_of(office), Desk(office.agent)
    for number in range(5):
        article(office, question=f"热水器漏水 {number}")
    desk.act(walk.case, "guide", path="six_steps", medium="phone")
    stage(desk, walk, "opening", words="您好", feeling="calm")
    desk.case(walk.case)
    with django_assert_max_num_queries(25):
        assert desk.case(walk.case).status_code == 200


def test_a_writer_of_articles_publishes_nothing_and_leaves_what_is_published(office: Office) -> None:
    desk = Desk(office.agent)
    values = {"question": "问", "answer": "答", "question_en": "", "answer_en": "", "owner": office.agent.pk, "review_on": "2030-01-01"}
    response = desk.client.post(reverse("admin:complaints_article_add"), values | {"state": "published", "public": "on"})
    assert response.status_code == 302, response.content.decode()[-3000:]
    made = Article.objects.get()
    assert (made.state, made.public) == ("draft", False)
    url = reverse("admin:complaints_article_change", args=[made.pk])
    assert Desk(office.manager).client.post(url, values | {"state": "published", "public": "on"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.public) == ("published", True)
    assert desk.client.post(url, values | {"answer": "改"}).status_code == 403
    made.refresh_from_db()
    assert made.answer == "答"


def test_articles_due_for_review_wait_for_owner_and_publisher(office: Office) -> None:
    due = article(office, review_on=date(2020, 1, 1))
    article(office)
    for user in (office.agent, office.manager):
        rows = [row for pile in work_for(user, timezone.now()) for row in pile.rows if "/article/" in row.url]
        assert [row.text for row in rows] == [due.question], user
        assert rows[0].is_late


def test_a_template_with_an_unknown_placeholder_is_not_saved(office: Office) -> None:
    desk = Desk(office.manager)
    values = {"kind": "reply", "language": "zh-hans", "name": "x", "subject": "", "body": "{顾客}", "active": "on"}
    url = reverse("admin:complaints_lettertemplate_add")
    assert "{顾客}" in desk.client.post(url, values).content.decode()
    assert not LetterTemplate.objects.exists()
    assert desk.client.post(url, values | {"body": "{顾客姓名}"}).status_code == 302
    assert Desk(office.agent).client.post(url, values | {"body": "x"}).status_code == 403


def test_a_decision_is_drafted_from_its_template(office: Office) -> None:
    walk = walk_of(office)
    walk.to(Step.NOTIFY)
    made = LetterTemplate.objects.create(kind="decision", language="zh-hans", name="答复", subject="x", body="结果如下：{解决方案}")
    page = Desk(office.investigator).client.get(reverse("admin:complaints_complaint_change", args=[walk.case.pk]), {"template": made.pk})
    assert "结果如下：" in page.content.decode()
