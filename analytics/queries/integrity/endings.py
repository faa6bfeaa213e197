"""How cases end, what was given, what was answered."""

from analytics.queries.integrity.violations import Violations, check
from complaints.workflow import Outcome


def closed_with_outcome() -> Violations:
    return check("complaints_complaint", "is closed without a legal outcome, or open with one", """
        SELECT number FROM complaints_complaint
        WHERE (step = 'closed') <> (closed_at IS NOT NULL) OR (step = 'closed') <> (outcome <> '')
           OR (outcome <> '' AND outcome <> ALL(%s)) OR (outcome = 'merged') <> (merged_into_id IS NOT NULL)
    """, [list(Outcome.values)])  # fmt: skip


def archive_is_complete() -> Violations:
    """Who was heard to the end has on file the complaint, the process, the result and the satisfaction or the attempts to learn it.

    How many attempts are enough the company lays down; the fewest it ever did count. Who was not drawn for a call got the survey.
    """
    return check("complaints_complaint", "was closed without one of the four contents of its archive", """
        SELECT c.number FROM complaints_complaint c
        WHERE c.step = 'closed' AND c.outcome IN ('accepted', 'understood', 'lapsed') AND NOT (
            c.story <> '' AND c.facts <> ''
            AND EXISTS (SELECT 1 FROM complaints_demand d WHERE d.complaint_id = c.id)
            AND EXISTS (SELECT 1 FROM complaints_allegation a WHERE a.complaint_id = c.id)
            AND EXISTS (SELECT 1 FROM complaints_apology a WHERE a.complaint_id = c.id)
            AND EXISTS (SELECT 1 FROM complaints_confirmation a WHERE a.complaint_id = c.id)
            AND EXISTS (SELECT 1 FROM complaints_classification a WHERE a.complaint_id = c.id)
            AND EXISTS (SELECT 1 FROM complaints_answer a WHERE a.complaint_id = c.id AND a.kind = c.outcome)
            AND (EXISTS (SELECT 1 FROM complaints_followup f WHERE f.complaint_id = c.id AND f.round = c.round AND f.reached)
                 OR (SELECT count(DISTINCT f."on") FROM complaints_followup f WHERE f.complaint_id = c.id AND f.round = c.round)
                    >= (SELECT coalesce(min(follow_up_attempts), 3) FROM staff_historicalcompany)
                 OR EXISTS (SELECT 1 FROM complaints_followupdraw d WHERE d.complaint_id = c.id AND d.round = c.round AND NOT d.selected))
        )
    """)  # fmt: skip


def promises_kept() -> Violations:
    """No case is closed with an accepted item open."""
    return check("complaints_remedyitem", "was closed with an item not carried out", """
        SELECT DISTINCT c.number FROM complaints_remedyitem i JOIN complaints_remedy r ON r.id = i.remedy_id
        JOIN complaints_complaint c ON c.id = r.complaint_id
        WHERE c.step = 'closed' AND r.state = 'accepted' AND i.fulfilled_at IS NULL AND i.option IN (0, coalesce(r.chosen_option, 0))
    """)  # fmt: skip


def one_survey_answer() -> Violations:
    """At most one answer of the customer's own for each round of handling (V9)."""
    return check("complaints_surveyanswer", "has more than one survey answer in a round", """
        SELECT c.number FROM complaints_surveyanswer s JOIN complaints_complaint c ON c.id = s.complaint_id
        GROUP BY c.id, s.round HAVING count(*) > 1
    """)  # fmt: skip


def deadlines_follow_the_steps() -> Violations:
    """An open deadline is that of the step the case stands at; a closed case has none."""
    return check("escalation_deadline", "has an open deadline of another step", """
        SELECT c.number, d.matter FROM escalation_deadline d JOIN complaints_complaint c ON c.id = d.complaint_id
        WHERE d.state IN ('open', 'paused') AND (c.step = 'closed' OR (d.matter <> c.step AND d.matter NOT IN ('first_answer', 'decision', 'remedy', 'whole_case', 'report_reply')))
    """)  # fmt: skip
