"""G8: two tabs, two people, one case. The slower one learns who was faster, with what and when, and finds everything typed still there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.html import escape

from complaints.admin.timeline import done
from complaints.models import StepChange
from complaints.signing import code_for
from complaints.workflow import Step
from tests.complaints.admin.desk import Desk, rows
from tests.complaints.admin.test_acts import APOLOGY, FACTS, cause, improvement, judgement, solution
from tests.factories.cases import Office, Walk
from tests.intake.conftest import WORDS
from tests.security.world import client_of

pytestmark = pytest.mark.django_db

TYPED = "我写了很久的一段话 & <b>"


@pytest.fixture
def office(db: None) -> Office:
    from intake.services import channels

    office = Office.found()
    channels.seed()
    return office


@pytest.fixture
def walk(office: Office) -> Walk:
    return Walk(office, timezone.now() - timedelta(hours=9))


#: The act; the step; who does it; what they type, with the long words somewhere in it.
FORMS: dict[str, tuple[Step, str, Callable[[Office, Any], dict[str, Any]]]] = {
    "apologize": (Step.APOLOGIZE, "agent", lambda _office, _case: APOLOGY | {"words": TYPED}),
    "record_facts": (Step.RECORD, "agent", lambda _office, _case: FACTS | {"facts": TYPED} | rows("allegations", {"text": TYPED})),
    "classify": (Step.CLASSIFY, "agent", lambda office, _case: judgement(office) | {"reasons": TYPED}),
    "assign": (Step.ASSIGN, "agent", lambda office, _case: {"department": office.quality.pk, "handler": "", "reason": TYPED}),
    "investigate": (Step.INVESTIGATE, "investigator", lambda office, case: cause(office, case) | {"cause_text": TYPED, "whys-1-answer": TYPED}),
    "submit_remedy": (Step.PROPOSE, "investigator", lambda office, case: solution(office, case) | {"items-0-description": TYPED}),
    "send_decision": (Step.NOTIFY, "investigator", lambda _office, _case: {"letter": TYPED}),
    "pass_penalize": (Step.PENALIZE, "head", lambda _office, _case: {"reason": TYPED, "handling_answer": TYPED}),
    "improve": (Step.IMPROVE, "head", lambda office, _case: improvement(office) | {"improvements-0-lesson": TYPED}),
    "follow_up": (Step.FOLLOW_UP, "caller", lambda _office, _case: {"on": str(timezone.localdate()), "medium": "phone", "reached": "no", "remark": TYPED}),
}  # fmt: skip


@pytest.mark.parametrize("act", FORMS)
def test_g8_the_second_tab_is_told_and_loses_nothing(office: Office, walk: Walk, act: str) -> None:
    step, who, typing = FORMS[act]
    case = walk.to(step)
    first, second = (Desk(getattr(office, who)) for _tab in range(2))
    typed, seen = typing(office, case), case.changes.latest("sequence").sequence
    assert first.act(case, act, seen=seen, **typed).status_code == 302
    newest = StepChange.objects.filter(complaint=case).latest("sequence")

    answer = second.act(walk.fresh(), act, seen=seen, **typed)

    if answer.status_code in (403, 404):  # the act took the case out of their hands: assigned away, say
        assert act == "assign"
        return
    assert answer.status_code == 409
    text = answer.content.decode()
    assert getattr(office, who).name in text
    assert str(done(newest.transition)) in text
    assert timezone.localtime(newest.at).strftime("%Y-%m-%d %H:%M") in text
    assert str(escape(TYPED)) in text
    assert StepChange.objects.filter(complaint=case).latest("sequence") == newest


def test_g8_the_second_try_from_the_refused_page_goes_through(office: Office, walk: Walk) -> None:
    """What was refused shows the case as it is now; sent once more from there it is taken."""
    case = walk.to(Step.FOLLOW_UP)
    client = client_of(office.caller)
    path, seen = f"/admin/complaints/complaint/{case.pk}/act/follow_up/", case.changes.latest("sequence").sequence
    typed = {"on": str(timezone.localdate()), "medium": "phone", "reached": "no", "remark": TYPED}
    assert client.post(path, {"seen": seen, **typed}).status_code == 302
    assert client.post(path, {"seen": seen, **typed}).status_code == 409
    assert client.post(path, {"seen": seen + 1, **typed}).status_code == 302


def test_g8_the_customers_page_too(office: Office, walk: Walk) -> None:
    from django.test import Client

    walk.to(Step.NOTIFY)
    walk.send()
    case, seen, client = walk.case, walk.case.changes.latest("sequence").sequence, Client()
    client.post("/track/", {"code": code_for(case.code_key)})
    sent = {"complaint": case.number, "seen": seen, "answer-verdict": "object_remedy", "answer-words": TYPED}
    assert client.post("/track/case/answer/", sent).status_code == 302
    answer = client.post("/track/case/answer/", sent)
    assert answer.status_code == 409
    assert str(escape(TYPED)) in answer.content.decode()
    assert StepChange.objects.filter(complaint=case, transition="object_to_remedy").count() == 1


def test_g5_back_and_send_again_changes_nothing(office: Office) -> None:
    from django.test import Client

    client, form = Client(), {"form_key": "7f3d8a52-3f0c-4b59-9b3b-0d7a7f6d1c20", **WORDS}
    first = client.post("/complain/", form)
    number = client.get("/thanks/").context["number"]
    again = client.post("/complain/", form)
    assert first["Location"] == again["Location"]
    assert client.get("/thanks/").context["number"] == number
