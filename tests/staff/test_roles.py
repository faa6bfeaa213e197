"""The matrix, written out: a change of rights is a change of this table, seen by whoever reviews it."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from staff.roles import PERMISSIONS, Role
from staff.services import roles
from tests.factories.staff import person

# agent, investigator, head, executive, auditor, personnel, manager, employee
TABLE = """
add_note                A I H E . . M .
answer_matter           A I H . . . M .
ask_identity            . I H . . . M .
change_kind             A I H E . . M .
consent_identity        . . H E . . M .
erase                   . . . . . . M .
name_unit               A I H . . . M .
open_boxes              A . H . . . M .
answer_suggestion       . . H . . . M .
apologize               A . H . . . M .
approve_remedy          . . H E . . . .
assign                  A . H . . . M .
attach                  A I H E . . M .
claim                   A I H . . . M .
classify                A . H . . . M .
close                   A . . . . . M .
complete_investigation  . I H . . . M .
confirm_unfounded       . . H . . . M .
dismiss_as_other        A . H . . . M .
export_files            . . H E U . M .
file_case               A . H . . . M .
follow_up               A . . . . . M .
fulfil                  . I H . . . M .
hand_over               A I H . . . M .
improve                 . I H . . . M .
investigate             . I H . . . M .
manage_documents        . . . . . P M .
manage_messages         . . . . . . M .
manage_reference        . . . . . . M .
manage_training         . . . . . P M .
manage_users            . . . . . . M .
merge                   A . H . . . M .
complete_any_improvement . . . . . . M .
pass_improve            . . H . . . M .
pass_penalize           . . H E . . M .
penalize                . . H E . . M .
postpone_investigation  . I H . . . M .
propose_unfounded       A . H . . . M .
publish_notice          . . H E . P M .
read_audit              . . . E U . M .
read_files              A I H E U . M .
record_answer           A I H . . . M .
record_facts            A . H . . . M .
reopen                  A . H E . . M .
restore                 . . . . . . M .
return_remedy           . . H E . . . .
see_penalties           . . H E U P M .
send_decision           A I H . . . M .
submit_remedy           . I H . . . M .
take_over               . . H . . . M .
name_employee           A I H . . . M .
transfer                . I H . . . M .
transfer_again          . . . . . . M .
withdraw_for            A I H . . . M .
write_message           A I H E . . M .
settle                  A I H . . . M .
set_authority           . . . . . . M .
see_ledger              . . H E U . M .
open_customer_value     A I H E . . M .
approve_penalty         . . H E . . . .
consent_penalty         . . . . . P . .
decide_appeal           . . H E . . M .
guide                   A I H . . . M .
write_articles          A I H . . . M .
publish_articles        . . H . . . M .
manage_fund             . . . . . . M .
approve_reward          . . H E . . . .
manage_deadlines        . . . . . . M .
ask_extension           A I H . . . M .
approve_extension       . . H E . . M .
order_supervision       . . H E . . M .
declare_incident        . . H E . . M .
run_incident            . . H E . . M .
manage_crises           . . . E . . M .
manage_routing          . . . . . . M .
decide_routed           . . H E . . M .
ask_department          A I H E . . M .
hold_meeting            . . H E . P M .
"""
COLUMNS = [
    Role.AGENT,
    Role.INVESTIGATOR,
    Role.HEAD,
    Role.EXECUTIVE,
    Role.AUDITOR,
    Role.PERSONNEL,
    Role.MANAGER,
    Role.EMPLOYEE,
]
ROWS = [line.split() for line in TABLE.strip().splitlines()]
OURS = {"manage_users", "manage_training", "publish_notice", "manage_documents", "answer_suggestion", "read_audit", "hold_meeting"}


@pytest.mark.parametrize("role", COLUMNS)
def test_the_matrix_is_the_literal_table(role: Role) -> None:
    column = COLUMNS.index(role) + 1
    assert PERMISSIONS[role] == {row[0] for row in ROWS if row[column] != "."}


def test_every_role_is_in_the_table() -> None:
    assert set(COLUMNS) == set(Role)


@pytest.mark.django_db
@pytest.mark.parametrize("role", COLUMNS)
def test_the_groups_carry_what_staff_declares(role: Role) -> None:
    held = set(Group.objects.get(name=role.value).permissions.values_list("codename", flat=True))
    assert held & OURS == PERMISSIONS[role] & OURS
    assert held <= PERMISSIONS[role]


@pytest.mark.django_db
def test_a_membership_gives_the_rights_of_its_role_and_no_other() -> None:
    personnel = person(Role.PERSONNEL)
    assert personnel.has_perm("staff.manage_training")
    assert not personnel.has_perm("staff.manage_users")


@pytest.mark.django_db
def test_migrate_puts_the_groups_right_again() -> None:
    Group.objects.get(name="auditor").permissions.set(Group.objects.get(name="manager").permissions.all())

    call_command("migrate", verbosity=0)

    held = Group.objects.get(name="auditor").permissions.values_list("codename", flat=True)
    assert "manage_users" not in held
    assert "read_audit" in held


def test_a_missing_codename_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PERMISSIONS, Role.AGENT, frozenset({"fly"}))
    assert "No model declares the permission “fly” that staff/roles.py gives to roles." in roles.problems()


def test_every_codename_of_the_matrix_is_declared_by_one_model() -> None:
    assert roles.problems() == []
