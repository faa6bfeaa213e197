"""What each role finds after signing in, and that every page of its menu can be read on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from complaints.models import Complaint
from complaints.workflow import Step
from staff.models import NoticeReceipt, Suggestion
from staff.services import notices
from tests.journeys.reader import Reader
from tests.journeys.site import Site

Open = Callable[..., Reader]
MENU = "nav a[href^='/admin/'], #nav-sidebar a[href^='/admin/'], aside a[href^='/admin/']"


def cases(site: Site) -> None:
    """A few cases on the way, once for the module."""
    if Complaint.objects.exists():
        return
    for days, step in (
        (9, Step.PROPOSE),
        (7, Step.FOLLOW_UP),
        (5, Step.NOTIFY),
        (3, Step.INVESTIGATE),
        (2, Step.RECORD),
        (0.2, Step.APOLOGIZE),
    ):
        story = site.story(days_ago=days)
        story.to(step)
        if step == Step.PROPOSE:
            story.submit()
    site.story(days_ago=1).to(Step.CLASSIFY)


def menu_of(one: Reader) -> list[str]:
    """Addresses of the menu, each once."""
    found: list[str] = one.page.locator(MENU).evaluate_all("all => [...new Set(all.map(each => each.getAttribute('href')))]")
    return [path for path in found if "logout" not in path]


def test_an_agent_at_work(site: Site, width: int, reader: Open) -> None:
    cases(site)
    agent = reader(width, site.office.agent)
    agent.go("/admin/").sound("work")
    agent.go("/admin/complaints/complaint/?step=open").sound("cases")
    agent.go("/admin/intake/submission/add/").sound("file")
    form = agent.page.locator(".rd-form")
    agent.fill(form, story=site.words.story, demand="repair", name=site.words.customer, phone="13900139000")
    agent.press(".rd-form button[name=file]").sound("filed")
    assert len(agent.page.locator(".rd-codes dd").all_inner_texts()) == 2
    agent.go(f"/admin/complaints/complaint/?q={site.words.story[:4]}").sound("cases-found")
    mine = agent.page.locator("#result_list a[href*='/change/']").first.get_attribute("href")
    agent.go(str(mine)).sound("case-filed-by-telephone")


def test_an_investigator_and_heads_at_work(site: Site, width: int, reader: Open) -> None:
    cases(site)
    for role in ("investigator", "head", "caller", "executive", "personnel"):
        reader(width, getattr(site.office, role)).go("/admin/").sound(f"work-{role}")
    case = Complaint.objects.filter(step=Step.INVESTIGATE).earliest("received_at")
    one = reader(width, site.office.investigator).go("/admin/")
    one.press(f'.rd-pile a[href$="/complaint/{case.pk}/change/"]').sound("case")


def test_a_plain_employee_reads_notices_and_suggests(site: Site, width: int, reader: Open) -> None:
    employee, said = site.office.employee, site.words
    notice = notices.publish(title=said.notice, body=said.idea, by=site.office.manager, at=timezone.now(), to_everyone=True)
    one = reader(width, employee)
    one.go("/admin/").sound("home-plain")
    assert said.story[:6] not in one.page.locator("body").inner_text()
    one.press(f'.rd-pile a[href*="/notice/{notice.pk}/"]').sound("notice")
    one.press('a[href*="/act/"]').sound("notice-receive")
    one.page.locator('[name="state"][value="understood"]').check()
    one.press("#content-main form button, #content-main form [type=submit]").sound("notice-received")
    assert NoticeReceipt.objects.filter(notice=notice, user=employee, state="understood").exists()
    one.go("/admin/").press('.rd-shortcuts a[href*="kind=suggestion"]').sound("suggest")
    one.page.locator('[name="text"]').fill(said.idea)
    one.press('[name="_save"]').sound("suggested")
    assert Suggestion.objects.filter(by=employee, text=said.idea).exists()
    for path in menu_of(one):
        one.go(path).sound("plain" + path.replace("/", "-").rstrip("-"))
    one.go("/admin/password_change/").sound("password")


def test_a_manager_opens_the_whole_menu(site: Site, width: int, reader: Open) -> None:
    cases(site)
    manager = reader(width, site.office.manager)
    manager.go("/admin/").sound("work-manager")
    menu = menu_of(manager)
    assert len(menu) > 15, menu
    for path in menu:
        manager.go(path).sound("manager" + path.replace("/", "-").rstrip("-"))
    for model in ("user", "membership", "notice", "absence", "department"):
        manager.go(f"/admin/staff/{model}/add/").sound(f"manager-add-{model}")


def test_an_auditor_reads_all_and_changes_nothing(site: Site, width: int, reader: Open) -> None:
    cases(site)
    auditor = reader(width, site.office.auditor)
    auditor.go("/admin/").sound("work-auditor")
    auditor.go("/admin/complaints/complaint/").sound("cases-auditor")
    pages = auditor.page.locator("#result_list a[href*='/complaint/'][href*='/change/']").evaluate_all(
        "all => [...new Set(all.map(each => each.getAttribute('href').split('?')[0]))]"
    )
    for path in pages[:3]:
        auditor.go(path).sound("case-auditor" + path.split("/")[-3])
        assert not auditor.page.locator(".rd-case form, .rd-case button").count()
    auditor.go(pages[0].replace("change", "history")).sound("history")
    for path in ("/admin/staff/deniedattempt/", "/admin/complaints/stepchange/", "/admin/staff/user/", "/admin/staff/user/1/change/"):
        auditor.awaited = {302, 404}
        auditor.go(path).sound("auditor" + path.replace("/", "-").rstrip("-"))
        assert not auditor.page.locator('[name="_save"], .addlink').count()
