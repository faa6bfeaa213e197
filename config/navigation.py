"""The menu of the back office: what a person may not see is not in it."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

#: Title, icon, page, permission: None for everybody, of several one is enough.
Entry = tuple[str, str, str, str | tuple[str, ...] | None]


def menu() -> list[tuple[str, list[Entry]]]:
    """Groups and entries by the words of the glossary."""
    read, audit, people = "complaints.read_files", "staff.read_audit", "staff.manage_users"
    reference, training = "complaints.manage_reference", "staff.manage_training"
    return [
        ("", [(_("My work"), "home", "index", None)]),
        (
            _("Complaint handling"),
            [
                (_("Cases"), "inbox", "complaints_complaint_changelist", read),
                (_("What is due"), "alarm", "escalation_deadline_changelist", read),
                (_("Extensions"), "more_time", "escalation_extension_changelist", read),
                (_("File a complaint"), "add_call", "intake_submission_add", "complaints.file_case"),
                (_("Messages"), "forum", "complaints_message_changelist", read),
                (
                    _("As it arrived"),
                    "move_to_inbox",
                    "intake_submission_changelist",
                    ("complaints.file_case", "complaints.manage_messages"),
                ),
                (_("Suggestion boxes"), "all_inbox", "intake_boxopening_changelist", "complaints.open_boxes"),
                (_("Reception days"), "event_available", "intake_receptionday_changelist", read),
                (_("Supervision orders"), "priority_high", "escalation_supervisionorder_changelist", read),
                (_("Improvements"), "build", "complaints_improvement_changelist", read),
                (_("Low survey answers"), "sentiment_dissatisfied", "complaints_lowscore_changelist", read),
                (_("Visits"), "directions_walk", "complaints_visit_changelist", None),
                (_("Customers"), "groups", "complaints_customer_changelist", read),
                (_("Knowledge base"), "lightbulb_circle", "complaints_article_changelist", read),
                (_("Promised calls"), "phone_callback", "complaints_promise_changelist", read),
                (_("Guided conversations"), "support_agent", "complaints_guidedpath_changelist", read),
                (_("My matters"), "record_voice_over", "complaints_statement_mine", None),
                (_("Findings about employees"), "gavel", "complaints_penalty_changelist", "complaints.see_penalties"),
                (_("Accountability in figures"), "bar_chart", "complaints_penalty_figures", "complaints.see_penalties"),
            ],
        ),
        (
            _("Incidents and crises"),
            [
                (_("Incidents"), "crisis_alert", "escalation_incident_changelist", read),
                (_("Measures"), "health_and_safety", "escalation_measure_changelist", read),
                (_("Affected customers"), "diversity_3", "escalation_affected_changelist", "escalation.run_incident"),
                (_("Reach of measures"), "call", "escalation_reach_changelist", "complaints.write_message"),
                (_("Purchases"), "shopping_bag", "complaints_purchase_changelist", reference),
                (_("Crises"), "emergency", "escalation_crisis_changelist", "escalation.manage_crises"),
                (_("Crises that could happen"), "shield", "escalation_crisisrisk_changelist", "escalation.manage_crises"),
            ],
        ),
        (
            _("Internal information"),
            [
                (_("Notices"), "campaign", "staff_notice_changelist", None),
                (_("Matters to decide"), "gavel", "escalation_routeditem_changelist", "escalation.decide_routed"),
                (_("Originals of the day"), "format_quote", "escalation_digest_changelist", "escalation.decide_routed"),
                (_("Requests between departments"), "swap_horiz", "escalation_departmentrequest_changelist", None),
                (_("Meetings"), "groups_2", "staff_meeting_changelist", None),
                (_("Action items"), "checklist", "staff_actionitem_changelist", None),
                (_("Suggestions"), "lightbulb", "staff_suggestion_changelist", None),
                (_("Documents"), "menu_book", "staff_document_changelist", "staff.manage_documents"),
            ],
        ),
        (
            _("Value-added recovery"),
            [
                (_("Settled on the spot"), "bolt", "complaints_settlement_changelist", "complaints.see_ledger"),
                (_("Ledger"), "receipt", "complaints_ledgerentry_changelist", "complaints.see_ledger"),
                (_("Payouts"), "outbound", "complaints_payout_changelist", "complaints.see_ledger"),
                (
                    _("Budgets"),
                    "account_balance_wallet",
                    "complaints_budget_changelist",
                    ("complaints.set_authority", "complaints.see_ledger"),
                ),
                (_("Limits of authority"), "verified_user", "complaints_authority_changelist", ("complaints.set_authority", read)),
            ],
        ),
        (
            _("Reward fund"),
            [
                (_("Nominations for thanks"), "volunteer_activism", "complaints_reward_changelist", None),
                (_("Helpers (VIP)"), "stars", "complaints_vip_changelist", read),
                (_("Rules of the fund"), "gavel", "complaints_rewardrule_changelist", None),
                (_("Budgets of the fund"), "savings", "complaints_fund_changelist", ("complaints.manage_fund", "complaints.see_ledger")),
                (_("Ledger of the fund"), "receipt_long", "complaints_fundentry_changelist", "complaints.see_ledger"),
            ],
        ),
        (
            _("People"),
            [
                (_("Employees"), "badge", "staff_user_changelist", people),
                (_("Departments"), "account_tree", "staff_department_changelist", people),
                (_("Posts"), "work", "staff_post_changelist", people),
                (_("Roles"), "assignment_ind", "staff_membership_changelist", people),
                (_("Courses"), "school", "staff_course_changelist", training),
                (_("Certificates"), "workspace_premium", "staff_certificate_changelist", training),
                (_("Absences"), "event_busy", "staff_absence_changelist", people),
            ],
        ),
        (
            _("Management system"),
            [
                (_("Categories"), "category", "complaints_category_changelist", reference),
                (_("Products"), "inventory_2", "complaints_product_changelist", reference),
                (_("Standards"), "rule", "complaints_standard_changelist", read),
                (_("Rules for items"), "inventory", "complaints_itemrule_changelist", "complaints.set_authority"),
                (_("Rates of the cost of complaining"), "payments", "complaints_costrate_changelist", "complaints.set_authority"),
                (_("Letters and replies"), "drafts", "complaints_lettertemplate_changelist", reference),
                (_("Measures against employees"), "balance", "complaints_measure_changelist", reference),
                (_("Words to avoid"), "speaker_notes_off", "complaints_wordtoavoid_changelist", reference),
                (_("Whom the follow-up asks"), "casino", "complaints_followuprule_changelist", reference),
                (_("Questions of the form"), "quiz", "complaints_question_changelist", reference),
                (_("Public form"), "edit_note", "intake_formevent_changelist", reference),
                (_("Channels"), "alt_route", "intake_channel_changelist", reference),
                (_("Boxes"), "markunread_mailbox", "intake_box_changelist", reference),
                (_("Rungs of escalation"), "stairs", "escalation_rung_changelist", "escalation.manage_deadlines"),
                (_("Whom marks reach"), "flag", "escalation_markrule_changelist", "escalation.manage_deadlines"),
                (_("Time limits by rule"), "timer", "escalation_deadlinepolicy_changelist", ("escalation.manage_deadlines", read)),
                (_("Rules about time"), "balance", "escalation_regime_changelist", "escalation.manage_deadlines"),
                (_("Working calendar"), "calendar_month", "staff_calendaryear_changelist", "escalation.manage_deadlines"),
                (_("Special days"), "event", "staff_workday_changelist", "escalation.manage_deadlines"),
                (_("Office hours"), "schedule", "staff_officehours_changelist", "escalation.manage_deadlines"),
                (_("Rules of routing"), "fork_right", "escalation_routingrule_changelist", "escalation.manage_routing"),
                (_("Chat groups"), "chat", "staff_chatgroup_changelist", people),
                (_("Company"), "apartment", "staff_company_changelist", people),
            ],
        ),
        (
            _("Unchangeable history"),
            [
                (_("Escalations"), "trending_up", "escalation_escalation_changelist", audit),
                (_("Marks of escalation"), "bookmark", "escalation_casemark_changelist", audit),
                (_("Acts on cases"), "history", "complaints_stepchange_changelist", audit),
                (_("Drawings for the follow-up"), "shuffle", "complaints_followupdraw_changelist", audit),
                (_("Looks at identities"), "visibility", "complaints_identitylook_changelist", audit),
                (_("Looks at customers' value"), "loyalty", "complaints_customerlook_changelist", audit),
                (_("Looks at contacts"), "call", "escalation_contactlook_changelist", audit),
                (_("Looks at findings"), "visibility", "complaints_penaltylook_changelist", audit),
                (_("Requests to open identities"), "lock_open", "complaints_identityrequest_changelist", audit),
                (_("Denied attempts"), "block", "staff_deniedattempt_changelist", audit),
                (_("Exports and edits"), "ios_share", "admin_logentry_changelist", audit),
            ],
        ),
    ]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu as unfold wants it, for whoever asks."""
    if not request.user.is_authenticated:
        return []
    groups = [{"title": title, "separator": bool(title), "items": list(_items(request, entries))} for title, entries in menu()]
    return [group for group in groups if group["items"]]


def _items(request: HttpRequest, entries: Iterable[Entry]) -> Iterable[dict[str, Any]]:
    for title, icon, page, permission in entries:
        asked = (permission,) if isinstance(permission, str) else permission
        if asked is None or any(request.user.has_perm(one) for one in asked):
            link = reverse(f"admin:{page}")
            yield {"title": title, "icon": icon, "link": link, "active": _is_here(request, link, page)}


def _is_here(request: HttpRequest, link: str, page: str) -> bool:
    if page == "index" or page.endswith("_add"):
        return request.path == link
    return request.path == link or (request.path.startswith(link) and not request.path.endswith(("/add/", "/figures/")))
