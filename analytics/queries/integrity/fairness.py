"""Findings against employees: agreed to by others, suspended and revoked only by an appeal, deductions within the law."""

from analytics.queries.integrity.violations import Violations, check


def findings_agreed_to() -> Violations:
    """What counts was approved and consented to by two persons who neither proposed it nor are meant by it.

    Findings from before there was approval have no end of their time to appeal, and are left as they were.
    """
    result = check("complaints_penalty", "counts without approval and consent of two others", """
        SELECT 'finding', p.id FROM complaints_penalty p JOIN complaints_accountability a ON a.id = p.accountability_id
        WHERE p.state NOT IN ('proposed', 'refused') AND p.appeal_until IS NOT NULL AND (
            SELECT count(DISTINCT d.by_id) FROM complaints_penaltydecision d
            WHERE d.penalty_id = p.id AND d.agreed AND d.by_id <> a.by_id AND d.by_id <> p.employee_id
        ) < 2
    """)  # fmt: skip
    result += check("complaints_penaltydecision", "was refused and is not, or is refused and was not", """
        SELECT 'finding', p.id FROM complaints_penalty p LEFT JOIN complaints_penaltydecision d ON d.penalty_id = p.id AND NOT d.agreed
        WHERE (d.id IS NOT NULL) <> (p.state = 'refused')
    """)  # fmt: skip
    return result


def appeals_decided_by_others() -> Violations:
    """The state of a finding is what its appeal and the ruling say; who ruled had said no word on it before."""
    result = check("complaints_penalty", "is in another state than its appeal and ruling say", """
        SELECT 'finding', p.id FROM complaints_penalty p LEFT JOIN complaints_appeal a ON a.penalty_id = p.id
        LEFT JOIN complaints_appealruling r ON r.penalty_id = p.id
        WHERE (a.id IS NOT NULL) <> (p.state IN ('appealed', 'upheld', 'reduced', 'revoked'))
           OR (r.id IS NOT NULL AND r.outcome <> p.state) OR (r.id IS NULL AND p.state IN ('upheld', 'reduced', 'revoked'))
    """)  # fmt: skip
    result += check("complaints_appealruling", "ruled on by somebody with a part in it", """
        SELECT 'finding', r.penalty_id FROM complaints_appealruling r JOIN complaints_penalty p ON p.id = r.penalty_id
        JOIN complaints_accountability a ON a.id = p.accountability_id
        WHERE r.by_id IN (a.by_id, p.employee_id)
           OR EXISTS (SELECT 1 FROM complaints_penaltydecision d WHERE d.penalty_id = p.id AND d.by_id = r.by_id)
    """)  # fmt: skip
    return result


def deductions_within_the_law() -> Violations:
    """All that is taken from one month's wage keeps the cap and leaves the minimum, and none is more than was proposed."""
    result = check("complaints_penaltydecision", "deducts more than was proposed", """
        SELECT 'finding', p.id FROM complaints_penaltydecision d JOIN complaints_penalty p ON p.id = d.penalty_id
        WHERE d.amount > p.amount
    """)  # fmt: skip
    result += check("complaints_penaltydecision", "more is deducted from the month's wage than the law allows", """
        SELECT 'employee', p.employee_id, d.month FROM complaints_penaltydecision d JOIN complaints_penalty p ON p.id = d.penalty_id
        LEFT JOIN complaints_appealruling r ON r.penalty_id = p.id
        WHERE d.amount IS NOT NULL AND p.state NOT IN ('refused', 'revoked')
        GROUP BY p.employee_id, d.month
        HAVING sum(CASE WHEN r.outcome = 'reduced' THEN coalesce(r.amount, 0) ELSE d.amount END) * 100 > max(d.wage * d.cap_percent)
    """)  # fmt: skip
    return result


def improvements_checked_by_others() -> Violations:
    """Whether an improvement helped was said by neither its owner nor who did it, and not before its time."""
    return check("complaints_effectivenesscheck", "checked by who did it, or too early", """
        SELECT 'improvement', i.id FROM complaints_effectivenesscheck e JOIN complaints_improvement i ON i.id = e.improvement_id
        WHERE e.by_id IN (i.owner_id, i.done_by_id) OR i.done_at IS NULL OR e.at < i.done_at + (i.check_days - 1) * interval '1 day'
    """)  # fmt: skip
