"""Customers at the doors: in what name, what kind, an anonymous talk both ways with a file, a reception day booked, their own data."""

from collections.abc import Callable
from datetime import time, timedelta

from django.utils import timezone

from complaints.models import Complaint, DataRequest
from complaints.services import messages
from complaints.workflow import Kind, Mode, Step
from intake.models import Booking, ReceptionDay
from staff.roles import Role
from tests.factories.files import examine_all
from tests.factories.staff import DepartmentFactory, person
from tests.journeys.reader import PHONE, Reader
from tests.journeys.site import Site
from tests.journeys.test_customer import PIXEL

Open = Callable[..., Reader]
FORM = 'main form[enctype="multipart/form-data"]'


def code_on(customer: Reader) -> tuple[str, str]:
    """Number and tracking code of the page that thanks."""
    number, code = customer.page.locator(".slip .code").all_inner_texts()
    return number, code


def test_an_anonymous_report_is_talked_about_both_ways_with_a_file(site: Site, width: int, reader: Open) -> None:
    supervision = DepartmentFactory.create(name=site.words.names["management"], supervises=True)
    supervisor = person(Role.AGENT, supervision, name=site.words.names["agent"], language=site.words.language)
    customer = reader(width)
    customer.go("/complain/?kind=report").sound("report", axe=True)
    customer.fill(customer.page.locator(FORM), story=site.words.story, mode="anonymous")
    customer.sound("report-anonymous", axe=True)
    assert not customer.page.locator('[name="phone"]').is_visible()
    customer.press("main form .button").sound("report-thanks", axe=True)
    number, code = code_on(customer)
    case = Complaint.objects.get(number=number)
    assert (case.kind, case.complainant.mode, case.department) == (Kind.REPORT, Mode.ANONYMOUS, supervision)

    messages.write(complaint_id=case.pk, by=supervisor, at=timezone.now(), text=site.words.message)
    customer.go("/track/").page.locator('[name="code"]').fill(code)
    customer.press("main form .button").sound("report-tracked", axe=True)
    assert site.words.message in customer.page.locator("main").inner_text()
    write = customer.page.locator("#write")
    customer.fill(write, **{"write-text": site.words.proposal})
    write.locator("[type=file]").set_input_files({"name": "evidence.png", "mimeType": "image/png", "buffer": PIXEL})
    customer.press("#write .button").sound("report-answered", axe=True)
    assert case.messages.filter(direction="in").count() == 1
    examine_all()
    customer.go("/track/case/").sound("report-file", axe=True)
    assert case.attachments.get().name != "evidence.png"  # names of files tell names of people

    reader(width, supervisor).go(f"/admin/complaints/complaint/{case.pk}/change/").sound("report-case", axe=True)
    supervision.supervises = False
    supervision.save()


def test_the_three_names_are_compared_before_one_is_chosen(site: Site, width: int, reader: Open) -> None:
    customer = reader(width)
    customer.go("/complain/")
    customer.page.locator(".modes details summary").click()
    customer.sound("modes-compared", axe=True)
    assert customer.page.locator(".compare tbody tr").count() >= 4
    customer.fill(customer.page.locator(FORM), story=site.words.story, demands=["repair"], mode="confidential", phone="13911112222")
    customer.sound("modes-confidential", axe=True)
    customer.press("main form .button").sound("modes-thanks", axe=True)
    number, _code = code_on(customer)
    case = Complaint.objects.get(number=number)
    assert (case.complainant.mode, case.complainant.phone) == (Mode.CONFIDENTIAL, "")
    agent = reader(width, site.office.agent)
    agent.go(f"/admin/complaints/complaint/{case.pk}/change/").sound("modes-case", axe=True)
    assert "13911112222" not in agent.page.content()


def test_a_suggestion_is_sent_and_answered(site: Site, width: int, reader: Open) -> None:
    customer = reader(width)
    customer.go("/complain/?kind=suggestion").sound("suggestion", axe=True)
    customer.fill(customer.page.locator(FORM), story=site.words.proposal, email="fields@example.com")
    customer.press("main form .button").sound("suggestion-thanks", axe=True)
    number, _code = code_on(customer)
    case = Complaint.objects.get(number=number)
    assert case.step == Step.ANSWER
    agent = reader(width, site.office.agent)
    agent.go(f"/admin/complaints/complaint/{case.pk}/change/").sound("suggestion-case", axe=True)
    agent.act("answer_matter", text=site.words.message)
    agent.sound("suggestion-answered")
    customer.press('form[action="/track/"] button, a[href="/track/case/"]').sound("suggestion-tracked", axe=True)
    assert site.words.message in customer.page.locator("main").inner_text()


def test_a_reception_day_is_booked_with_the_complaint(site: Site, width: int, reader: Open) -> None:
    day = ReceptionDay.objects.create(
        leader=site.office.executive, day=timezone.localdate() + timedelta(days=3 if width == PHONE else 4), begins=time(9), ends=time(11), minutes=30,
        place=site.words.address, published=True,
    )  # fmt: skip
    customer = reader(width)
    customer.go("/reception-days/").sound("reception-days", axe=True)
    customer.press('main a[href*="slot="]').sound("reception-form", axe=True)
    customer.fill(customer.page.locator(FORM), story=site.words.story, demands=["explanation"], phone="13800138000")
    customer.press("main form .button").sound("reception-booked", axe=True)
    booking = Booking.objects.get(reception_day=day)
    assert booking.complaint.number == code_on(customer)[0]
    manager = reader(width, site.office.manager)
    manager.go(f"/admin/intake/receptionday/{day.pk}/change/").sound("reception-day")
    day.published = False
    day.save()


def test_customers_see_correct_and_give_up_their_data(site: Site, width: int, reader: Open) -> None:
    from complaints.signing import code_for

    story = site.story(days_ago=2)
    customer = reader(width)
    customer.go("/track/").page.locator('[name="code"]').fill(code_for(story.case.code_key))
    customer.press("main form .button")
    customer.go("/track/case/data/").sound("data", axe=True)
    customer.fill(customer.page.locator('form[action="/track/case/contact/"]'), **{"contact-phone": "13800138999"})
    customer.press('form[action="/track/case/contact/"] button').sound("data-corrected", axe=True)
    assert story.fresh().complainant.phone == "13800138999"
    customer.go("/track/case/copy/").sound("data-copy", axe=True)
    customer.go("/track/case/data/").press('form[action="/track/case/erase/"] button').sound("data-erasure", axe=True)
    request = DataRequest.objects.get(complaint=story.case)
    manager = reader(width, site.office.manager)
    manager.go("/admin/").sound("erasure-work")
    manager.go(f"/admin/complaints/datarequest/{request.pk}/change/").sound("erasure-request", axe=True)
