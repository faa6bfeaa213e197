"""The copy of what we hold about a complainant: all they gave and all they were told (PIPL Art. 45); nothing that is staff's own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from complaints.masking import mask_address, mask_email, mask_name, mask_phone
from complaints.models import Complaint, Confirmation, FollowUp, Identity, Party, QuestionAnswer, SurveyAnswer
from intake.queries import arrived
from intake.queries.case_page import CasePage, page_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LANGUAGES = {"zh-hans": "中文", "en": "English"}
Row = tuple[str, "StrOrPromise", str]


@dataclass(frozen=True)
class Section:
    """One part of the copy: rows of key, label and value."""

    key: str
    title: "StrOrPromise"
    rows: list[Row]


def copy_for(case: Complaint, *, at: datetime) -> list[Section]:
    """Everything, part by part; parts without anything in them are left out."""
    page = page_of(case, at=at)
    parts = [
        Section("case", _("Your case"), _case(case, page)),
        Section("person", _("Who you are"), list(_people(case))),
        Section("arrived", _("As it arrived"), list(_arrived(case))),
        Section("given", _("What you told us"), list(_given(case, page))),
        Section("conversation", _("Our conversation"), list(_conversation(page))),
        Section("calls", _("Our calls to you"), list(_calls(page))),
        Section("files", _("Files"), list(_files(page))),
        Section("decision", _("What we decided"), list(_decision(page))),
        Section("answers", _("How it was for you"), list(_scores(case))),
        Section("thanks", _("How we thanked you"), list(_thanks(page))),
        Section("requests", _("Reception days and requests"), list(_requests(case))),
    ]
    return [Section(each.key, each.title, [row for row in each.rows if row[2]]) for each in parts if any(row[2] for row in each.rows)]


def as_data(sections: Iterable[Section]) -> dict[str, Any]:
    """The same for a machine."""
    return {each.key: [{"key": key, "label": str(label), "value": value} for key, label, value in each.rows] for each in sections}


def _case(case: Complaint, page: CasePage) -> list[Row]:
    here = next(stage for stage, when in page.rail if when == "now")  # our own steps are not the customer's business
    party = case.complainant
    return [
        ("number", _("Number"), case.number),
        ("kind", _("Kind"), str(case.get_kind_display())),
        ("received_at", _("Received on"), _time(case.received_at)),
        ("medium", _("By"), str(case.get_medium_display())),
        ("mode", _("In what name"), str(party.get_mode_display())),
        ("standing", _("For whom"), str(party.get_standing_display())),
        ("step", _("Where it stands"), str(here.label)),
        ("outcome", _("How it ended"), str(case.get_outcome_display()) if case.outcome else ""),
        ("closed_at", _("Completed on"), _time(case.closed_at) if case.closed_at else ""),
        ("language", _("Language"), LANGUAGES.get(party.language, party.language)),
    ]


def _calls(page: CasePage) -> Iterator[Row]:
    """When we promised to call, and what about; our own notes of a call are staff's."""
    for call in (*(each for each, _missed in page.calls), *page.called):
        yield ("call", _("Promised for %(when)s") % {"when": _time(call.call_at)}, call.about)


def _people(case: Complaint) -> Iterator[Row]:
    for party in (case.complainant, *Party.objects.filter(beside=case).order_by("pk")):
        known = _masked(party.identity()) if party.is_protected else party.identity()
        yield ("name", _("Name"), known.name)
        yield ("phone", _("Telephone"), known.phone)
        yield ("email", _("E-mail"), known.email)
        yield ("address", _("Postal address"), known.address)
        yield ("under_14", _("Under 14 years of age"), str(_("Yes")) if party.under_14 else "")


def _masked(known: Identity) -> Identity:
    """What lies under seal, as they recognise it: they know it, and who holds their code without being them must not learn it."""
    return Identity(mask_name(known.name), mask_email(known.email), mask_phone(known.phone), mask_address(known.address))


def _masked_claim(name: str, value: str) -> str:
    mask = {"phone": mask_phone, "email": mask_email, "reply_to": mask_email, "address": mask_address}.get(name, mask_name)
    return value if name == "standing" else mask(value)


def _arrived(case: Complaint) -> Iterator[Row]:
    for submission in arrived.of_case(case):
        said = [(name, str(value)) for name, value in submission.claimed.items()]
        claim = [(name, _masked_claim(name, value)) for name, value in said] if case.complainant.is_protected else said
        typed = [*arrived.as_typed(submission), *((arrived.LABELS.get(name, name), value) for name, value in claim)]
        yield ("received_at", submission.channel.name, _time(submission.received_at))
        yield from (("typed", label, said) for label, said in typed)


def _given(case: Complaint, page: CasePage) -> Iterator[Row]:
    yield ("story", _("What happened, in your words"), case.story)
    yield ("occurred_on", _("Happened on"), date_format(case.occurred_on) if case.occurred_on else "")
    yield ("order_number", _("Order or contract number"), case.order_number)
    for demand in page.demands:
        yield ("demand", _("What you ask for"), " – ".join(filter(None, [str(demand.get_kind_display()), demand.text])))
    yield ("own_proposal", _("Your own proposal"), case.own_proposal)
    for answer in QuestionAnswer.objects.filter(complaint=case).order_by("pk"):
        yield ("answer", answer.asked, answer.text)
    yield ("facts", _("What we recorded"), case.facts)
    for allegation in page.allegations:
        finding = str(allegation.get_finding_display()) if case.decision_sent_at and allegation.finding else ""
        yield ("allegation", _("What you complain about"), " – ".join(filter(None, [allegation.text, finding])))
    for confirmation in Confirmation.objects.filter(complaint=case).exclude(correction="").order_by("at", "pk"):
        yield ("correction", _("Your correction"), confirmation.correction)
    for cost in case.cost_corrections.order_by("pk"):
        said = _("%(minutes)s minutes, turned to us %(contacts)s times, %(papers)s papers, money %(money)s. %(words)s")
        values = {"minutes": cost.minutes, "contacts": cost.contacts, "papers": cost.papers, "money": cost.money, "words": cost.words}
        yield ("cost", _("What complaining cost you"), (said % values).strip())


def _conversation(page: CasePage) -> Iterator[Row]:
    for said in page.conversation:
        who = _("We, %(time)s") if said.ours else _("You, %(time)s")
        yield (
            "ours" if said.ours else "yours",
            who % {"time": _time(said.message.at)},
            f"{said.message.subject}\n{said.message.text}".strip(),
        )


def _files(page: CasePage) -> Iterator[Row]:
    for file in (*page.files, *(each for said in page.conversation for each in said.files)):
        yield ("file", file.name, f"{_time(file.at)} · SHA-256 {file.sha256}")


def _decision(page: CasePage) -> Iterator[Row]:
    for item in page.items:
        yield ("item", item.get_kind_display(), " – ".join(filter(None, [str(item.money or ""), item.description])))
    for answer in page.answers:
        yield ("demand", answer.demand.get_kind_display(), " – ".join(filter(None, [str(answer.get_answer_display()), answer.reason])))


def _scores(case: Complaint) -> Iterator[Row]:
    for survey in SurveyAnswer.objects.filter(complaint=case).order_by("pk"):
        yield ("result_score", _("How content you are with the result"), str(survey.result_score or ""))
        yield ("open_answer", _("What you told us"), survey.open_answer)
    for call in FollowUp.objects.filter(complaint=case).exclude(open_answer="").order_by("pk"):
        yield ("follow_up", _("What you said when we asked"), call.open_answer)


def _thanks(page: CasePage) -> Iterator[Row]:
    reward = page.reward
    if reward is not None:
        yield ("nominated_at", _("Nominated for thanks on"), _time(reward.nominated_at))
        yield ("thanks", _("Our thanks"), reward.thanks)
        yield ("reward", _("Reward"), " – ".join(filter(None, [reward.money, str(reward.get_state_display())])) if reward.thanks else "")


def _requests(case: Complaint) -> Iterator[Row]:
    for booking in case.bookings.select_related("reception_day").order_by("pk"):
        day = f"{date_format(booking.reception_day.day)} {booking.begins:%H:%M}"
        cancelled = _("cancelled")
        yield ("booking", _("Leaders' reception day"), f"{day} – {cancelled}" if booking.cancelled_at else day)
    for request in case.data_requests.order_by("pk"):
        yield ("erasure", _("Erasure asked for on %(day)s") % {"day": _time(request.at)}, request.answer or str(_("Not answered yet")))


def _time(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")
