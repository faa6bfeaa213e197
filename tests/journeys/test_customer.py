"""A customer's way, at both sizes and in both languages: file, keep number and code, track, confirm, accept, say how it was."""

import re
from collections.abc import Callable

from complaints.models import Complaint, Confirmation, RemedyItem
from complaints.signing import code_for
from complaints.workflow import Outcome, Step
from tests.journeys.reader import DESK, PHONE, Reader
from tests.journeys.site import Site, Story

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8ffff3f0005fe02fea735814e0000000049454e44ae426082"
)
Open = Callable[..., Reader]


def test_from_the_complaint_to_the_survey(site: Site, width: int, reader: Open) -> None:
    customer = reader(width)
    number, code = file(customer)
    case = Complaint.objects.get(number=number)
    assert (case.story, case.attachments.count()) == (site.words.story, 1)
    track(customer, code)
    story = Story(site, case=case)
    confirm(customer, story)
    accept(customer, story)
    rate(customer, story)
    story.to(Step.CLOSED)
    assert (story.case.outcome, RemedyItem.objects.filter(remedy__complaint=case, fulfilled_at=None).count()) == (Outcome.ACCEPTED, 0)
    customer.go("/track/case/").sound("case-closed", axe=True)


def file(customer: Reader) -> list[str]:
    """From the first page to the thanks; the number and the tracking code."""
    page, words = customer.page, customer.words
    customer.go("/").sound("home", axe=True)
    customer.press('main a[href="/complain/"]').sound("complain", axe=True)
    form = page.locator('main form[enctype="multipart/form-data"]')
    customer.fill(form, story=words.story, demands=["repair", "apology"], demand_words=words.wish, own_proposal=words.proposal)
    customer.fill(form, name=words.customer, phone="138 0013 8000", email="fields@example.com", order_number="1024-77")
    form.locator("[type=file]").set_input_files({"name": "leak.png", "mimeType": "image/png", "buffer": PIXEL})
    customer.press("main form .button").sound("thanks", axe=True)
    return page.locator(".slip .code").all_inner_texts()


def track(customer: Reader, code: str) -> None:
    """Enter with the code, add a word."""
    customer.go("/track/").sound("track-code", axe=True)
    customer.page.locator('[name="code"]').fill(code)
    customer.press("main form .button").sound("case-filed", axe=True)
    customer.fill(customer.page.locator("#write"), **{"write-text": customer.words.message})
    customer.press("#write .button").sound("case-written", axe=True)
    assert customer.words.message in customer.page.locator("main").inner_text()


def confirm(customer: Reader, story: Story) -> None:
    story.apologize()
    story.record(result=Confirmation.Result.WAITING, how=Confirmation.How.SHOWN)
    customer.go("/track/case/").sound("case-record", axe=True)
    assert customer.words.names["agent"] in customer.page.locator(".standing").inner_text()
    customer.press('button[name="record-verdict"][value="confirmed"]').sound("case-confirmed")
    assert story.case.confirmations.latest("at").result == Confirmation.Result.CONFIRMED


def accept(customer: Reader, story: Story) -> None:
    story.to(Step.NOTIFY)
    story.send()
    customer.go("/track/case/").sound("track", axe=True)
    assert customer.words.repair in customer.page.locator("main").inner_text()
    customer.press('button[name="answer-verdict"][value="accept"]').sound("case-accepted")
    assert story.fresh().step == Step.PENALIZE


def rate(customer: Reader, story: Story) -> None:
    story.to(Step.FOLLOW_UP)
    customer.go("/track/case/").sound("case-survey", axe=True)
    survey = customer.page.locator('form[action="/track/case/survey/"]')
    scores = {f"survey-{name}_score": 5 for name in ("result", "attitude", "efficiency", "ability")}
    customer.fill(survey, **scores, **{"survey-open_answer": customer.words.praise, "survey-buys_again": "yes"})
    customer.press('form[action="/track/case/survey/"] .button').sound("case-surveyed", axe=True)


def test_what_goes_wrong_is_said_and_nothing_typed_is_lost(site: Site, width: int, reader: Open) -> None:
    customer, words = reader(width), site.words
    customer.awaited = {422, 404}
    customer.go("/complain/")
    customer.fill(customer.page.locator('main form[enctype="multipart/form-data"]'), story=words.story, phone="12")
    customer.press("main form .button").sound("complain-refused", axe=True)
    assert customer.page.locator('[name="story"]').input_value() == words.story
    assert customer.page.locator('[aria-invalid="true"]').count() >= 2
    customer.go("/track/")
    customer.page.locator('[name="code"]').fill("ABCD")
    customer.press("main form .button").sound("track-refused", axe=True)
    customer.go("/nowhere/").sound("not-found", axe=True)


def test_an_objection_and_a_correction_come_back_to_us(site: Site, width: int, reader: Open) -> None:
    customer, words, story = reader(width), site.words, site.story()
    story.to(Step.CLASSIFY)
    enter(customer, story)
    customer.press(".quiet").sound("withdraw", axe=True)
    customer.go("/track/case/")
    story.to(Step.NOTIFY)
    story.send()
    customer.go("/track/case/")
    customer.awaited = {422}
    customer.press('button[name="answer-verdict"][value="object_remedy"]').sound("case-object-refused", axe=True)
    customer.fill(customer.page.locator("form.ask"), **{"answer-words": words.proposal})
    customer.press('button[name="answer-verdict"][value="object_remedy"]').sound("case-objected", axe=True)
    assert story.fresh().step == Step.PROPOSE


def test_the_other_pages(site: Site, width: int, reader: Open) -> None:
    customer = reader(width)
    for path in ("/privacy/", "/lost-code/", "/lost-code/sent/"):
        customer.go(path).sound(path.strip("/").replace("/", "-"), axe=True)


def test_in_the_dark(site: Site, reader: Open) -> None:
    story = site.story()
    story.to(Step.NOTIFY)
    story.send()
    for width in (PHONE, DESK):
        customer = reader(width, color_scheme="dark")
        for path in ("/", "/complain/"):
            customer.go(path).sound(f"dark{path.replace('/', '-')}", axe=True)
        enter(customer, story)
        customer.sound("dark-case", axe=True)


def test_the_language_is_switched_on_every_page(site: Site, reader: Open) -> None:
    customer = reader(PHONE)
    before = customer.go("/complain/").page.locator("html").get_attribute("lang")
    customer.press(".languages button")
    after = customer.page.locator("html").get_attribute("lang")
    assert {before, after} == {"zh-Hans", "en"}
    assert re.search("/complain/$", customer.page.url)


def enter(customer: Reader, story: Story) -> None:
    """Open a case by its tracking code."""
    customer.go("/track/").page.locator('[name="code"]').fill(code_for(story.case.code_key))
    customer.press("main form .button")
