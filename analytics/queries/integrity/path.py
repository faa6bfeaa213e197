"""Every case has one beginning and a gap-free, legal path that ends at its step; its record is chained by hashes."""

from analytics.queries.integrity.violations import Violations, check, count, rows, said
from complaints.models import StepChange
from complaints.models.lifecycle import transitions
from complaints.workflow import Step

AT_A_TIME = 5000


def one_beginning() -> Violations:
    """The first act of a case is its filing, and no other act is."""
    return check("complaints_complaint", "has not exactly one beginning", """
        SELECT c.number FROM complaints_complaint c
        LEFT JOIN complaints_stepchange s ON s.complaint_id = c.id
        GROUP BY c.id
        HAVING count(*) FILTER (WHERE s.sequence = 1 AND s.transition = 'file' AND s.from_step = '') <> 1
            OR count(*) FILTER (WHERE s.transition = 'file' OR s.from_step = '') <> 1
    """)  # fmt: skip


def no_gaps() -> Violations:
    """Numbers run from 1 without a gap, and each act begins where the one before ended."""
    return check("complaints_stepchange", "does not continue the path", """
        SELECT c.number, p.sequence FROM (
            SELECT complaint_id, sequence, from_step,
                   row_number() OVER path AS place, coalesce(lag(to_step) OVER path, '') AS before
            FROM complaints_stepchange WINDOW path AS (PARTITION BY complaint_id ORDER BY sequence)
        ) p JOIN complaints_complaint c ON c.id = p.complaint_id
        WHERE p.sequence <> p.place OR p.from_step <> p.before
    """)  # fmt: skip


def ends_at_its_step() -> Violations:
    return check("complaints_complaint", "stands elsewhere than its record says", """
        SELECT c.number, c.step, last.to_step FROM complaints_complaint c
        LEFT JOIN LATERAL (
            SELECT to_step FROM complaints_stepchange WHERE complaint_id = c.id ORDER BY sequence DESC LIMIT 1
        ) last ON true
        WHERE last.to_step IS DISTINCT FROM c.step
    """)  # fmt: skip


def legal_moves_only() -> Violations:
    """Every act is one of the chart, from a step it may start at to a step it may lead to."""
    legal = {("file", "", Step.APOLOGIZE.value), ("file", "", Step.ANSWER.value)}
    for name, (sources, targets, _method) in transitions().items():
        legal |= {(name, source.value, target.value) for source in sources for target in targets or [source]}
    kinds = rows("SELECT DISTINCT transition, from_step, to_step FROM complaints_stepchange")
    result = Violations(count("complaints_stepchange"))
    for kind in kinds:
        if kind not in legal:
            result.found += said("is not an act of the chart", rows("""
                SELECT c.number, s.sequence, s.transition, s.from_step, s.to_step
                FROM complaints_stepchange s JOIN complaints_complaint c ON c.id = s.complaint_id
                WHERE s.transition = %s AND s.from_step = %s AND s.to_step = %s
            """, kind))  # fmt: skip
    return result


def hash_chain() -> Violations:
    """Each record's hash is that of its own facts and of the record before it."""
    result = Violations()
    case, before = 0, ""
    for change in StepChange.objects.order_by("complaint_id", "sequence").iterator(chunk_size=AT_A_TIME):
        if change.complaint_id != case:
            case, before = change.complaint_id, ""
        result.checked += 1
        if change.previous_hash != before or change.hash != change.expected_hash():
            result.found.append(f"case {change.complaint_id} record {change.sequence}: was changed, or the record before it")
        before = change.hash
    return result
