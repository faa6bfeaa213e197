"""The one matrix role -> permission. Groups of the same names carry it in the database (`services.roles.sync`)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a membership lets a person do."""

    AGENT = "agent", _("Agent")
    INVESTIGATOR = "investigator", _("Investigator")
    HEAD = "head", _("Department head")
    EXECUTIVE = "executive", _("Executive")
    AUDITOR = "auditor", _("Auditor")
    PERSONNEL = "personnel", _("Personnel")
    MANAGER = "manager", _("Manager")
    EMPLOYEE = "employee", _("Employee")


AGENT, INVESTIGATOR, HEAD, EXECUTIVE = Role.AGENT, Role.INVESTIGATOR, Role.HEAD, Role.EXECUTIVE
AUDITOR, PERSONNEL, MANAGER = Role.AUDITOR, Role.PERSONNEL, Role.MANAGER

#: Permission codename -> roles that hold it. Codenames are unique across the apps; whichever app declares one owns it.
HOLDERS: dict[str, frozenset[Role]] = {
    # reading
    "read_files": frozenset({AGENT, INVESTIGATOR, HEAD, EXECUTIVE, AUDITOR, MANAGER}),
    "see_penalties": frozenset({HEAD, EXECUTIVE, MANAGER, AUDITOR, PERSONNEL}),
    "export_files": frozenset({HEAD, EXECUTIVE, AUDITOR, MANAGER}),
    "read_audit": frozenset({AUDITOR, MANAGER, EXECUTIVE}),
    # steps 1 to 4
    "file_case": frozenset({AGENT, HEAD, MANAGER}),
    "apologize": frozenset({AGENT, HEAD, MANAGER}),
    "record_facts": frozenset({AGENT, HEAD, MANAGER}),
    "classify": frozenset({AGENT, HEAD, MANAGER}),
    "propose_unfounded": frozenset({AGENT, HEAD, MANAGER}),
    "confirm_unfounded": frozenset({HEAD, MANAGER}),
    "assign": frozenset({AGENT, HEAD, MANAGER}),
    "change_kind": frozenset({AGENT, INVESTIGATOR, HEAD, EXECUTIVE, MANAGER}),
    "answer_matter": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "dismiss_as_other": frozenset({AGENT, HEAD, MANAGER}),
    "merge": frozenset({AGENT, HEAD, MANAGER}),
    "restore": frozenset({MANAGER}),
    # who handles it
    "claim": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "hand_over": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "take_over": frozenset({HEAD, MANAGER}),
    "name_employee": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "name_unit": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "transfer": frozenset({INVESTIGATOR, HEAD, MANAGER}),
    "transfer_again": frozenset({MANAGER}),
    # steps 5 to 7
    "investigate": frozenset({INVESTIGATOR, HEAD, MANAGER}),
    "postpone_investigation": frozenset({INVESTIGATOR, HEAD, MANAGER}),
    "complete_investigation": frozenset({INVESTIGATOR, HEAD, MANAGER}),
    "submit_remedy": frozenset({INVESTIGATOR, HEAD, MANAGER}),
    "approve_remedy": frozenset({HEAD, EXECUTIVE}),
    "return_remedy": frozenset({HEAD, EXECUTIVE}),
    "settle": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "set_authority": frozenset({MANAGER}),
    "see_ledger": frozenset({HEAD, EXECUTIVE, AUDITOR, MANAGER}),
    "open_customer_value": frozenset({AGENT, INVESTIGATOR, HEAD, EXECUTIVE, MANAGER}),
    "send_decision": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "record_answer": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "fulfil": frozenset({INVESTIGATOR, HEAD, MANAGER}),
    # steps 8 to 10 and the end
    "penalize": frozenset({HEAD, EXECUTIVE, MANAGER}),
    "pass_penalize": frozenset({HEAD, EXECUTIVE, MANAGER}),
    "approve_penalty": frozenset({HEAD, EXECUTIVE}),
    "consent_penalty": frozenset({PERSONNEL}),
    "decide_appeal": frozenset({HEAD, EXECUTIVE, MANAGER}),
    "improve": frozenset({INVESTIGATOR, HEAD, MANAGER}),
    "complete_any_improvement": frozenset({MANAGER}),
    "pass_improve": frozenset({HEAD, MANAGER}),
    "follow_up": frozenset({AGENT, MANAGER}),
    "close": frozenset({AGENT, MANAGER}),
    "reopen": frozenset({AGENT, HEAD, EXECUTIVE, MANAGER}),  # an agent when the follow-up says so
    "withdraw_for": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    # protected identities and personal data
    "ask_identity": frozenset({INVESTIGATOR, HEAD, MANAGER}),
    "consent_identity": frozenset({HEAD, EXECUTIVE, MANAGER}),
    "erase": frozenset({MANAGER}),
    # beside the steps
    "guide": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "write_articles": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "publish_articles": frozenset({HEAD, MANAGER}),
    "manage_fund": frozenset({MANAGER}),
    "approve_reward": frozenset({HEAD, EXECUTIVE}),
    "open_boxes": frozenset({AGENT, HEAD, MANAGER}),
    "write_message": frozenset({AGENT, INVESTIGATOR, HEAD, EXECUTIVE, MANAGER}),
    "add_note": frozenset({AGENT, INVESTIGATOR, HEAD, EXECUTIVE, MANAGER}),
    "attach": frozenset({AGENT, INVESTIGATOR, HEAD, EXECUTIVE, MANAGER}),
    "manage_messages": frozenset({MANAGER}),
    "manage_reference": frozenset({MANAGER}),
    # time limits, escalation, incidents, information
    "manage_deadlines": frozenset({MANAGER}),
    "ask_extension": frozenset({AGENT, INVESTIGATOR, HEAD, MANAGER}),
    "approve_extension": frozenset({HEAD, EXECUTIVE, MANAGER}),
    "order_supervision": frozenset({HEAD, EXECUTIVE, MANAGER}),
    "declare_incident": frozenset({HEAD, EXECUTIVE, MANAGER}),
    "run_incident": frozenset({HEAD, EXECUTIVE, MANAGER}),
    "manage_crises": frozenset({EXECUTIVE, MANAGER}),
    "manage_routing": frozenset({MANAGER}),
    "decide_routed": frozenset({HEAD, EXECUTIVE, MANAGER}),
    "ask_department": frozenset({AGENT, INVESTIGATOR, HEAD, EXECUTIVE, MANAGER}),
    "hold_meeting": frozenset({PERSONNEL, HEAD, EXECUTIVE, MANAGER}),
    # the organisation
    "manage_users": frozenset({MANAGER}),
    "manage_training": frozenset({PERSONNEL, MANAGER}),
    "publish_notice": frozenset({PERSONNEL, HEAD, EXECUTIVE, MANAGER}),
    "manage_documents": frozenset({PERSONNEL, MANAGER}),
    "answer_suggestion": frozenset({MANAGER, HEAD}),
}

#: Role -> the codenames it holds. A plain employee holds none and still signs in, reads notices and makes suggestions.
PERMISSIONS: dict[Role, frozenset[str]] = {
    role: frozenset(codename for codename, holders in HOLDERS.items() if role in holders) for role in Role
}
