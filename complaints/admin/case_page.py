"""What the case page shows: the rail, the next action as a form, the file, the conversation, the time line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from complaints.admin.acts import ACTS, PANEL_ACTS, Act, in_order
from complaints.admin.drafts import drafted, texts_for
from complaints.admin.guidance import articles_for, paths_of
from complaints.admin.identity import Shown, hide_codes, hide_in_letters, shown_to
from complaints.admin.offer import main_act, offered
from complaints.admin.timeline import timeline
from complaints.forms.act import ActForm, Offers
from complaints.models import Complaint
from complaints.queries import value_sheet
from complaints.queries.decision_line import DecisionLine, decision_line
from complaints.queries.leads import leads_of
from complaints.queries.whole_file import WholeFile
from complaints.services.customers import OPENS
from complaints.workflow import TEN_STEP_KINDS, TEN_STEPS, Kind, Step
from staff.models import User

#: Panels other apps put on the page, as rows of (template, context); assembled in config/casefile.py. They are told when it is, and
#: how much the reader may know of the customer.
Panel = Callable[[WholeFile, datetime, Shown], tuple[str, dict[str, Any]] | None]
PANELS: list[Panel] = []


@dataclass(frozen=True)
class Stop:
    """One step on the rail."""

    number: int
    label: str
    state: str  # done, now, todo, passed


@dataclass(frozen=True)
class Offer:
    act: Act
    form: ActForm
    is_open: bool = False


def rail(file: WholeFile) -> list[Stop]:
    """The ten steps with where the case stands; none for what is only answered. A step the case went past without standing at it was passed over."""
    if file.case.kind not in TEN_STEP_KINDS:
        return []
    now = file.case.step
    stood_at = {change.from_step for change in file.changes if change.moved}
    here = list(Step).index(Step(now))
    stops = []
    for number, step in enumerate(TEN_STEPS, start=1):
        state = "now" if step == now else "done" if step in stood_at and number <= here else "passed" if number <= here else "todo"
        stops.append(Stop(number, str(step.label), state))
    return stops


def form_of(act: Act, file: WholeFile, by: User, offers: Offers, drafted: dict[str, Any]) -> ActForm:
    initial = {"seen": file.seen} | act.start(file.case) | drafted
    return act.form(case=file.case, by=by, offers=offers, initial=initial, auto_id=f"{act.name}_%s")


def context_for(
    file: WholeFile, by: User, at: datetime, *, tried: tuple[Act, ActForm] | None = None, asked: QueryDict | None = None
) -> dict[str, Any]:
    """Everything the template needs. `tried` is a form that was sent and not accepted: shown open, with what was typed. `asked`: the
    parameters of the page, which can ask for the draft of a letter."""
    on = timezone.localdate(at)
    names = offered(by, file, on)
    value_sheet.show(file, on)
    reaches = "write_message" in names
    hide_codes(file)
    hide_in_letters(file, reaches=reaches)
    who = shown_to(file, by, at, reaches=reaches)
    offers = Offers(file.case, by, file)
    main = main_act(names, file)
    drafts = drafted(asked, case=file.case, names=names, by=by, at=at) if asked else {}
    entries = {
        act.name: Offer(act, form_of(act, file, by, offers, drafts.get(act.name, {})), act.name == main or act.name in drafts)
        for act in in_order(names)
    }
    if tried is not None:
        act, form = tried
        entries[act.name] = Offer(act, form, is_open=True)
        main = act.name if act.name not in PANEL_ACTS else main
    return {
        "file": file,
        "case": file.case,
        "now": at,
        "rail": rail(file),
        "main_act": entries.get(main) if main else None,
        "other_acts": [entry for name, entry in entries.items() if name != main and name not in PANEL_ACTS],
        "panel_acts": {name: entries[name] for name in PANEL_ACTS if name in entries},
        "people": offers.people if any(_asks_for_people(entry.form) for entry in entries.values()) else [],
        "events": timeline(file),
        "merged_into": Complaint.objects.visible_to(by).filter(pk=file.case.merged_into_id).first() if file.case.merged_into_id else None,
        "who": who,
        "leads": leads_of(file.case, by) if file.case.kind == Kind.REPORT else [],
        "panels": [panel for panel in (make(file, at, who) for make in PANELS) if panel],
        "tried": tried[0].name if tried else "",
        "guided": paths_of(file),
        "line": _line(file.case, by, on, names, offers),
        "may_open_value": by.has_perm(OPENS),
        "articles": articles_for(file.case),
        "texts": texts_for(file.case, names),
        "is_closed": file.case.step == Step.CLOSED,
        "missed_calls": [row for row in file.promises if row.was_missed(at)],
        "open_statements": [row for row in file.statements if row.state == "asked"],
    }


def _line(case: Complaint, by: User, on: date, names: list[str], offers: Offers) -> DecisionLine | None:
    """For whoever may propose or settle now."""
    if case.category is None or not {"settle", "submit_remedy"} & set(names):
        return None
    judgements = offers.rows("classifications", "pk")
    judged_by = judgements[-1].measured_against_id if judgements else None
    return decision_line(case, by, on, tables=offers.tables, may_settle="settle" in names, judged_by=judged_by)


def _asks_for_people(form: ActForm) -> bool:
    fields = [*form.fields.values(), *(field for rows in form.rows for field in rows.form.base_fields.values())]
    return any(field.widget.attrs.get("list") == "people" for field in fields)


def known_act(name: str) -> Act | None:
    return ACTS.get(name)
