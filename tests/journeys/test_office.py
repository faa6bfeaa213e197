"""What staff do at the doors: take a call down in under a minute, open an identity by two, open a suggestion box by two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from complaints.models import Complaint, IdentityLook, IdentityRequest
from complaints.services.inputs import PartyInput
from complaints.workflow import Kind, Mode
from intake.models import Box, BoxOpening, Channel, Hold, Slip, Submission
from intake.services import recordings
from tests.intake.test_held import SOUND
from tests.journeys.reader import Reader
from tests.journeys.site import Site

Open = Callable[..., Reader]


def test_a_call_is_taken_down_with_four_answers_and_one_click(site: Site, width: int, reader: Open) -> None:
    known = site.story(days_ago=1)
    agent = reader(width, site.office.agent)
    agent.go("/admin/intake/submission/add/").sound("entry", axe=True)
    form = agent.page.locator("form.rd-form")
    agent.fill(form, asked="13800138000")
    agent.press("button[name=look]").sound("entry-found")
    agent.press("button[name=pick]").sound("entry-picked")
    assert form.locator("[name=name]").input_value() == site.words.customer
    answers = {"story": site.words.story, "demand": "repair"}  # name and telephone are filled in by then
    agent.fill(form, **answers)
    agent.press("button[name=file]").sound("entry-filed", axe=True)
    filed = Complaint.objects.latest("pk")
    assert (filed.medium, filed.recorded_by) == ("phone", site.office.agent)
    assert filed.complainant.customer_id == known.case.complainant.customer_id
    assert len(answers) + 2 <= 6


def test_a_recorded_message_is_listened_to_and_filed(site: Site, width: int, reader: Open) -> None:
    channel = Channel.objects.get(code="voicemail")
    at = timezone.now() - timedelta(hours=width)
    row, _new = recordings.keep(channel=channel, name="x.wav", content=SOUND, from_number="13912345670", at=at)
    agent = reader(width, site.office.agent)
    agent.go("/admin/intake/submission/?filed=held").sound("held")
    agent.go(f"/admin/intake/submission/{row.pk}/change/").sound("held-one")
    agent.press(f'a[href$="?held={row.pk}"]').sound("held-file")
    form = agent.page.locator("form.rd-form")
    agent.fill(form, story=site.words.story, demand="repair")
    agent.press("button[name=file]").sound("held-filed")
    assert not Hold.objects.filter(submission__in=Submission.objects.held()).exists()


def test_an_identity_is_opened_by_two(site: Site, width: int, reader: Open) -> None:
    who = PartyInput(name=site.words.customer, phone="13912345670", mode=Mode.CONFIDENTIAL, language=site.words.language)
    case = site.story(days_ago=1, complainant=who).case
    page = f"/admin/complaints/complaint/{case.pk}/change/"
    asks, decides = reader(width, site.office.manager), reader(width, site.office.executive)
    asks.go(page).sound("vault-case", axe=True)
    asks.act("ask_identity", reason=site.words.reasons)
    request = IdentityRequest.objects.get(complaint=case)
    decides.go("/admin/").sound("vault-work")
    decides.press(f'.rd-pile a[href$="/identityrequest/{request.pk}/change/"]').sound("vault-request")
    decides.press('a[href$="/act/consent/"]').sound("vault-consent")
    decides.press("main button[type=submit], #content-main button[type=submit]").sound("vault-consented")
    asks.go(page).press('form[action$="/identity/"] button').sound("vault-look", axe=True)
    assert "13912345670" in asks.page.locator("main, #content").first.inner_text()
    assert IdentityLook.objects.filter(complaint=case).count() == 1
    reader(width, site.office.auditor).go("/admin/complaints/identitylook/").sound("vault-looks")


def test_a_box_is_opened_by_two_and_its_slips_typed_in(site: Site, width: int, reader: Open) -> None:
    box = Box.objects.create(name=f"{site.words.names['reception']} {width}", place=site.words.address, department=site.office.reception)
    opens, confirms = reader(width, site.office.agent), reader(width, site.office.reception_head)
    opens.go("/admin/").sound("box-work")
    opens.go(f"/admin/intake/boxopening/add/?box={box.pk}").sound("box-open")
    form = opens.page.locator("#boxopening_form")
    opens.fill(form, slips="1", witness=str(site.office.reception_head.pk))
    opens.press("[name=_save]").sound("box-opened")
    opening = BoxOpening.objects.get(box=box)
    confirms.go("/admin/").press(f'.rd-pile a[href$="/boxopening/{opening.pk}/change/"]').sound("box-confirm")
    confirms.press('a[href$="/act/confirm/"]')
    confirms.press("#content-main button[type=submit]").sound("box-confirmed")
    opens.go(f"/admin/intake/boxopening/{opening.pk}/change/").press(f'a[href$="?slip={opening.pk}-1"]').sound("box-slip")
    opens.fill(opens.page.locator("form.rd-form"), story=site.words.idea)
    opens.press("button[name=file]").sound("box-typed")
    assert Slip.objects.get(opening=opening).submission.filing.complaint.kind == Kind.SUGGESTION
