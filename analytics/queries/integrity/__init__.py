"""Whether the record is whole: what `manage.py verify` asks the live database (threats §3.4)."""

from collections.abc import Callable

from analytics.queries.integrity import arrivals, endings, evidence, fairness, fund, guards, guidance, messages, money, path, reports
from analytics.queries.integrity.violations import Violations

__all__ = ["CHECKS", "Violations"]

#: What each check proves, and the check; the order is that of the report.
CHECKS: dict[str, Callable[[], Violations]] = {
    "every case has one beginning": path.one_beginning,
    "paths have no gap": path.no_gaps,
    "paths end at the case's step": path.ends_at_its_step,
    "every act is one of the chart": path.legal_moves_only,
    "the hash chain of each case holds": path.hash_chain,
    "what records name is on file": evidence.records_exist,
    "evidence has its record": evidence.evidence_has_its_record,
    "rows agree with their history": evidence.history_agrees,
    "second persons are others": evidence.second_persons,
    "cases are with whom they were given to": evidence.handler_is_the_last_assigned,
    "messages are in legal states": messages.messages_in_legal_states,
    "everything was said once": messages.said_once,
    "no message holds a tracking code": messages.no_secret_in_clear,
    "letters are as they were sent": guidance.letters_as_sent,
    "guided conversations are in order": guidance.conversations_in_order,
    "closed cases have an outcome": endings.closed_with_outcome,
    "closed cases have their archive": endings.archive_is_complete,
    "closed cases have every item carried out": endings.promises_kept,
    "amounts are sane": money.amounts_are_sane,
    "somebody else agreed to each solution": money.somebody_agreed,
    "settlements were within authority": money.settled_within_authority,
    "nobody gave beyond every limit": money.given_within_the_widest_limit,
    "the ledger is that of the items": money.ledger_is_that_of_the_items,
    "approved money is set aside": money.approved_money_is_set_aside,
    "budgets are those of the ledger": money.budgets_are_those_of_the_ledger,
    "what is paid is set aside": money.paid_is_committed,
    "one survey answer a round": endings.one_survey_answer,
    "the follow-up was drawn": fund.drawings_are_the_system_s,
    "the reward fund agrees with its ledger": fund.fund_agrees_with_its_ledger,
    "rewards were decided by others": fund.rewards_are_decided_by_others,
    "deadlines follow the steps": endings.deadlines_follow_the_steps,
    "every submission became its case": arrivals.submissions_became_cases,
    "submissions are as they came": arrivals.submissions_untouched,
    "attachments are as they came": arrivals.attachments_untouched,
    "findings that count were agreed to by others": fairness.findings_agreed_to,
    "appeals are decided by others": fairness.appeals_decided_by_others,
    "deductions keep the law": fairness.deductions_within_the_law,
    "improvements are checked by others": fairness.improvements_checked_by_others,
    "somebody may see each open report": reports.somebody_sees,
    "constraints are validated": guards.constraints_validated,
    "constraints are present": guards.constraints_present,
    "triggers are on": guards.triggers_enabled,
}
