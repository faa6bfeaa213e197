"""F7, F8, F9: what is on file stays as it was written, and no change is without its trace. Asked of every table that has a guard."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from simple_history.manager import HistoryDescriptor

from complaints.models import Complaint, StepChange
from complaints.workflow import Step
from config.accounts import SetPasswordForm
from staff.models import DocumentVersion, User
from staff.services import departments, documents
from tests.factories.staff import DepartmentFactory, MembershipFactory, UserFactory
from tests.security.crawl import tables
from tests.security.world import World, client_of, settle

pytestmark = pytest.mark.django_db

#: Written once: no column of a row ever changes. Kept by hand; a table that is new and holds evidence belongs in here.
WRITTEN_ONCE = {
    "complaints.accountability", "complaints.answer", "complaints.apology", "complaints.approval", "complaints.assignment", "complaints.attachment",
    "complaints.classification", "complaints.classificationreview", "complaints.confirmation", "complaints.demandanswer",
    "complaints.erasure", "complaints.identitylook", "complaints.namedunit", "complaints.questionanswer",
    "complaints.examination", "complaints.followup", "complaints.followupdraw", "complaints.fundentry", "complaints.note", "complaints.appeal", "complaints.appealruling", "complaints.effectivenesscheck", "complaints.improvementlink", "complaints.penaltydecision", "complaints.penaltylook", "complaints.penaltynotice", "complaints.recusal", "complaints.stepchange", "complaints.surveyanswer", "complaints.surveylink",
    "complaints.costcorrection", "complaints.customerlook", "complaints.ledgerentry", "complaints.settlement", "complaints.sheet", "complaints.standard",
    "complaints.articleuse", "complaints.guidedpath", "complaints.guideentry", "complaints.letter",
    "escalation.afterreview", "escalation.casemark", "escalation.caseregime", "escalation.contactlook", "escalation.crisistick", "escalation.deadlinechange",
    "escalation.digest", "escalation.escalation", "escalation.reply", "escalation.riskreview", "escalation.routedclimb",
    "escalation.routeddecision", "escalation.routeditem", "escalation.statement", "staff.agendaitem", "staff.meetinghistory", "staff.noticeclimb",
    "intake.boxconfirmation", "intake.boxopening", "intake.discard", "intake.duplicatehint", "intake.filing", "intake.hold", "intake.slip", "intake.submission", "staff.clause", "staff.deniedattempt", "staff.documentacknowledgement",
}  # fmt: skip
#: Rows stay, and of their columns those named change; nothing else does.
MAY_CHANGE = {
    "complaints.message": {"state", "attempts", "next_attempt_at", "claimed_at", "last_error", "delivered_at", "told_by", "told_at"},
}


def guarded() -> dict[str, Any]:
    """Every model whose table has a trigger against deleting."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        names = {trigger.name for trigger in getattr(model._meta, "triggers", ())}
        if {"rows_stay", "no_delete"} & names:
            found[model._meta.label_lower] = model
    return found


def run(sql: str) -> Callable[[], object]:
    def call() -> object:
        with connection.cursor() as cursor:
            return cursor.execute(sql)

    return call


def refused(call: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            call()
            settle()
    except (DatabaseError, ProtectedError):
        return True
    return False


def ours() -> list[Any]:
    labels = {"staff", "complaints", "intake", "escalation", "analytics"}
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in labels and model._meta.managed]


def test_f7_every_table_of_evidence_is_guarded() -> None:
    found = guarded()
    histories = {name for name in found if "historical" in name}
    tracked = {model._meta.label_lower for model in ours() if isinstance(model.__dict__.get("history"), HistoryDescriptor)}
    assert len(histories) >= len(tracked)
    once = {name for name, model in found.items() if "rows_stay" in {trigger.name for trigger in model._meta.triggers}}
    assert once >= WRITTEN_ONCE, WRITTEN_ONCE - once
    assert once - histories <= WRITTEN_ONCE, "tables not named in this test"
    assert set(MAY_CHANGE) <= set(found)


def test_f7_the_guards_stand_in_the_database_not_in_the_code() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, count(*) FILTER (WHERE t.tgenabled = 'O'), count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgname LIKE 'pgtrigger%' GROUP BY 1"
        )
        there = {name: (enabled, all_of_them) for name, enabled, all_of_them in cursor.fetchall()}
    for name, model in guarded().items():
        enabled, found = there[model._meta.db_table]
        assert enabled == found >= 2, name


@pytest.mark.parametrize("way", ["update", "delete", "truncate"])
def test_f7_no_row_of_evidence_is_changed_or_taken_away(world: World, way: str) -> None:
    """By ORM, by query set, by SQL; `TRUNCATE … CASCADE` as well."""
    let, empty = [], []
    for name, model in guarded().items():
        table, row = model._meta.db_table, model._default_manager.order_by("pk").first()
        if row is None:
            empty.append(name)
            continue
        key = model._meta.pk.column
        ways: dict[str, list[Callable[[], object]]] = {
            "update": [
                partial(model._default_manager.filter(pk=row.pk).update, **_changed(model, row)),
                partial(_save, row, _changed(model, row)),
                *[run(f'UPDATE "{table}" SET {change} WHERE "{key}" = {int(row.pk)}') for change in _sql_changes(model, row)],
            ],
            "delete": [
                model._base_manager.filter(pk=row.pk).delete,
                partial(_raw_delete, model, row.pk),
                run(f'DELETE FROM "{table}" WHERE "{key}" = {int(row.pk)}'),
            ],
            "truncate": [run(f'TRUNCATE "{table}"'), run(f'TRUNCATE "{table}" CASCADE')],
        }
        let += [(name, number) for number, call in enumerate(ways[way]) if not refused(call)]
    assert let == []
    assert len(guarded()) - len(empty) > 40, f"too few rows to prove it: {empty}"


def _frozen(model: Any) -> list[Any]:
    """The columns that never change once written."""
    triggers = {trigger.name: trigger for trigger in model._meta.triggers}
    concrete = [field for field in model._meta.concrete_fields if not field.primary_key]
    if "rows_stay" in triggers:
        return concrete
    if model._meta.label_lower in MAY_CHANGE:
        return [field for field in concrete if field.name not in MAY_CHANGE[model._meta.label_lower]]
    frozen = getattr(triggers.get("frozen"), "fields", ())
    return [field for field in concrete if field.name in frozen]


def _changed(model: Any, row: Any) -> dict[str, Any]:
    """Another value for one column that stays."""
    for field in _frozen(model):
        value = getattr(row, field.attname)
        if isinstance(field, models.CharField | models.TextField) and isinstance(value, str) and not field.choices:
            return {field.attname: f"x{value}"[: field.max_length or 99]}
        if isinstance(field, models.DateTimeField) and value:
            return {field.attname: value.replace(year=2001)}
        if isinstance(field, models.IntegerField) and not field.is_relation and value is not None:
            return {field.attname: value + 1}
    return {_frozen(model)[0].attname: None}


def _raw_delete(model: Any, pk: int) -> None:
    """Past all that Django looks at before it deletes."""
    rows: Any = models.QuerySet(model).filter(pk=pk)
    rows._raw_delete("default")


def _save(row: Any, values: dict[str, Any]) -> None:
    fresh = type(row)._default_manager.get(pk=row.pk)
    vars(fresh).update(values)
    models.Model.save_base(fresh, force_update=True)


def _sql_changes(model: Any, row: Any) -> list[str]:
    """One change for each column that stays and holds something; of a kind its type allows."""
    kinds: list[tuple[Any, str]] = [
        (models.JSONField, "'[\"x\"]'::jsonb"),
        (models.BooleanField, 'NOT "{0}"'),
        (models.DateTimeField, "'2001-01-01'"),
        (models.DateField, "'2001-01-01'"),
        (models.DecimalField, '"{0}" + 1'),
        (models.CharField, "left('x' || \"{0}\", {1})"),
        (models.TextField, "'x' || \"{0}\""),
    ]
    changes = []
    for field in _frozen(model):
        if getattr(row, field.attname) in (None, ""):
            continue
        value = next((text for kind, text in kinds if isinstance(field, kind)), '"{0}" + 1')
        longest = getattr(field, "max_length", None) or 99
        changes.append(f'"{field.column}" = {value.format(field.column, longest)}')
    return changes[:1] if "rows_stay" in {trigger.name for trigger in model._meta.triggers} else changes


def test_f7_a_case_goes_no_way_that_is_not_on_the_chart(world: World) -> None:
    for case in world.cases.values():
        for target in Step:
            if target != case.step:
                call = run(f"UPDATE complaints_complaint SET step = '{target.value}' WHERE id = {case.pk}")
                assert refused(call), f"{case.step} → {target}"


def test_f7_the_record_of_a_case_has_no_second_branch(world: World) -> None:
    case = world.cases[Step.NOTIFY]
    last = StepChange.objects.filter(complaint=case).latest("sequence")
    for changed in ({"sequence": last.sequence}, {"sequence": last.sequence + 2}, {"previous_hash": "0" * 64}, {"from_step": Step.RECORD}):
        facts = {
            "complaint": case, "sequence": last.sequence + 1, "transition": "close", "from_step": last.to_step, "to_step": Step.CLOSED,
            "actor": "system", "at": timezone.now(), "previous_hash": last.hash, "hash": "1" * 64,
        }  # fmt: skip
        assert refused(partial(StepChange.objects.create, **(facts | changed))), changed


def test_f7_tampering_behind_the_guards_shows_in_the_chain(world: World) -> None:
    """Whoever may switch triggers off still cannot make the hashes fit without rewriting all that follows."""
    case = world.cases[Step.NOTIFY]
    settle()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE complaints_stepchange DISABLE TRIGGER USER")
        cursor.execute("UPDATE complaints_stepchange SET reason = 'forged' WHERE complaint_id = %s AND sequence = 2", [case.pk])
        settle()
        cursor.execute("ALTER TABLE complaints_stepchange ENABLE TRIGGER USER")
    wrong = [change.sequence for change in StepChange.objects.filter(complaint=case) if change.hash != change.expected_hash()]
    assert wrong == [2]


def test_f7_nobody_puts_an_old_version_back(world: World) -> None:
    for role in ("manager", "auditor", "head"):
        client = world.client(role)
        for name, row in world.rows.items():
            if not hasattr(row, "history") or row.history.first() is None:
                continue
            path = f"/admin/{name.replace('.', '/')}/{row.pk}/history/{row.history.first().pk}/"
            before = tables()
            answer = client.post(path, {"name": "x", "_change_history": "1"})
            # Tables without such a page send an unknown address on to one that is not there.
            assert answer.status_code in {403, 404} or client.get(answer["Location"]).status_code == 404, path
            assert tables() == before, path


# --- F8 -------------------------------------------------------------------------------------------------------------
def test_f8_the_newest_version_in_history_is_the_row_as_it_stands(world: World) -> None:
    """A change past the history (`update()`, `bulk_update()`, SQL) would show here. Deliveries of the outbox are not edits by people."""
    differing = []
    for model in ours():
        if not isinstance(model.__dict__.get("history"), HistoryDescriptor):
            continue
        history = model.history.model
        columns = [field.attname for field in history._meta.concrete_fields if not field.name.startswith("history_")]
        columns = [name for name in columns if name != "due_at"]  # worked out by the deadlines, which keep rows of their own
        newest: dict[Any, Any] = {}
        for version in history.objects.order_by("history_id").values():
            newest[version[model._meta.pk.attname]] = version
        for row in model._default_manager.values():
            version = newest.get(row[model._meta.pk.attname])
            if version is None or any(version[name] != row[name] for name in columns if name in row):
                changed = version and [name for name in columns if name in row and version[name] != row[name]]
                differing.append((model._meta.label_lower, row[model._meta.pk.attname], changed))
    # Fixtures write last_login, groups' stamps and the like through the ORM of the tests themselves.
    assert [entry for entry in differing if entry[0] not in {"staff.user"}] == []


def test_f8_every_act_of_staff_bears_a_name(world: World) -> None:
    assert not StepChange.objects.filter(actor="staff", by=None).exists()
    assert StepChange.objects.filter(actor="staff").count() > 80
    history = Complaint.history.model
    acts = StepChange.objects.count()
    assert history.objects.count() >= acts, "fewer versions than acts"


def test_f8_letting_somebody_go_leaves_a_trace_on_each_membership(world: World) -> None:
    user, manager = UserFactory.create(), world.user("manager")
    given = [MembershipFactory.create(user=user, department=DepartmentFactory.create(), role="agent") for _each in range(3)]
    answer = client_of(manager).post(f"/admin/staff/user/{user.pk}/act/deactivate/")
    assert answer.status_code == 302
    for membership in given:
        newest = membership.history.first()
        assert newest.to_on is not None
        assert newest.history_user == manager
    assert User.objects.get(pk=user.pk).history.first().history_user == manager


def test_f8_a_department_that_moves_leaves_a_trace_and_takes_those_below_along(world: World) -> None:
    """Their own paths follow by the database; what a person changed, and who, stands with the department that was moved."""
    manager, top, moving = world.user("manager"), DepartmentFactory.create(), DepartmentFactory.create()
    below = [DepartmentFactory.create(parent=moving) for _each in range(3)]
    departments.place(department=moving, parent=top, by=manager, at=timezone.now())
    for row in [moving, *below]:
        row.refresh_from_db()
        assert row.path.startswith(top.path)
    newest = moving.history.first()
    assert (newest.parent, newest.history_user) == (top, manager)


def test_f8_the_version_that_a_new_one_ends_says_by_whom(world: World) -> None:
    document, manager = world.rows["staff.document"], world.user("manager")
    before = DocumentVersion.objects.get(document=document)
    at = timezone.now()
    documents.publish_version(document=document, body="新", clauses=[], in_force_from=timezone.localdate(at), by=manager, at=at)
    newest = before.history.first()
    assert newest.in_force_to is not None
    assert newest.history_user == manager


def test_f8_a_new_password_leaves_a_trace_and_not_itself(world: World) -> None:
    user = world.user("employee")
    count = user.history.count()
    form = SetPasswordForm(user, {"new_password1": "quite-another-plum", "new_password2": "quite-another-plum"})
    assert form.is_valid()
    form.save()
    assert user.history.count() > count
    assert user.history.first().history_user == user
    assert not hasattr(user.history.first(), "password")


# --- F9 -------------------------------------------------------------------------------------------------------------
def test_f9_nothing_a_case_refers_to_is_deleted(world: World) -> None:
    """Cases, people, departments, categories, customers: by query set and row by row. Nothing cascades."""
    case = world.cases[Step.CLOSED]
    referred = [
        case, case.category, case.department, case.handling_department, case.complainant, case.complainant.customer,
        world.office.agent, world.office.investigator, world.office.head, world.office.quality, world.office.category,
        case.demands.first(), case.allegations.first(), case.remedies.first(), case.improvements.first(), case.investigations.first(),
        world.rows["staff.documentversion"], world.rows["staff.document"],
    ]  # fmt: skip
    for row in referred:
        assert row is not None
        assert refused(row.delete), row._meta.label
        assert refused(type(row)._base_manager.filter(pk=row.pk).delete), row._meta.label


def test_f9_no_relation_to_a_case_or_its_people_cascades() -> None:
    """Read from the models: only the rows that *are* the link (many-to-many) go with their ends."""
    cascading = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE and not model._meta.auto_created
    ]
    assert cascading == []


def test_f9_no_case_is_deleted_by_sql(world: World) -> None:
    for case in world.cases.values():
        assert refused(run(f"DELETE FROM complaints_complaint WHERE id = {case.pk}"))
    assert refused(run("TRUNCATE complaints_complaint CASCADE"))
    assert refused(run("TRUNCATE staff_user CASCADE"))
