"""The reward fund: its money is where the ledger says, and nobody decided for themselves."""

from analytics.queries.integrity.violations import Violations, check


def fund_agrees_with_its_ledger() -> Violations:
    """Budget, promises and payments of each year are the sums of the ledger, and no more is promised than there is."""
    return check("complaints_fund", "does not agree with its ledger, or is overspent", """
        SELECT f.year FROM complaints_fund f LEFT JOIN complaints_fundentry e ON e.fund_id = f.id
        GROUP BY f.id
        HAVING f.amount <> coalesce(sum(e.amount) FILTER (WHERE e.kind = 'budget'), 0)
            OR f.committed <> coalesce(sum(e.amount) FILTER (WHERE e.kind = 'committed'), 0)
            OR f.paid <> coalesce(sum(e.amount) FILTER (WHERE e.kind = 'paid'), 0)
            OR f.committed > f.amount OR f.paid > f.committed
    """)  # fmt: skip


def rewards_are_decided_by_others() -> Violations:
    """Whoever nominated did not decide, whoever approved did not pay; each reward with money has its lines in the ledger, once."""
    return check("complaints_reward", "was decided or paid by the wrong person, or is not in the ledger", """
        SELECT r.number FROM complaints_reward r
        WHERE r.decided_by_id = r.nominated_by_id OR r.paid_by_id = r.decided_by_id
           OR r.amount <= 0 OR r.amount <> round(r.amount, 2)
           OR (r.state IN ('approved', 'paid')) <> EXISTS (
               SELECT 1 FROM complaints_fundentry e WHERE e.reward_id = r.id AND e.kind = 'committed' AND e.amount = r.amount)
           OR (r.state = 'paid') <> EXISTS (
               SELECT 1 FROM complaints_fundentry e WHERE e.reward_id = r.id AND e.kind = 'paid' AND e.amount = r.amount)
    """)  # fmt: skip


def drawings_are_the_system_s() -> Violations:
    """Who was called or spared was drawn: the number bears it out, once a round."""
    return check("complaints_followupdraw", "was chosen, not drawn", """
        SELECT c.number FROM complaints_followupdraw d JOIN complaints_complaint c ON c.id = d.complaint_id
        WHERE d.selected <> (d.drawn < d.percent * 100) OR d.round > c.round
    """)  # fmt: skip
