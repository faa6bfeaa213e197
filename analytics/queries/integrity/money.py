"""Nobody's money without somebody else's word or an authority that was used; every amount on file once, in the ledger, the budget and the items."""

from analytics.queries.integrity.violations import Violations, check
from complaints.models.remedy import AMOUNT_CAP
from complaints.money import CENT, NOTHING

#: Ten digits, two of them behind the point.
LARGEST = 10**8 - 1

#: By solution and department that pays: the most its items can cost, what of them the customer took, and what the ledger says.
BOOKS = """
    WITH options AS (
        SELECT remedy_id, paid_by_id AS payer, option, sum(amount) AS amount FROM complaints_remedyitem
        WHERE amount IS NOT NULL AND paid_by_id IS NOT NULL GROUP BY 1, 2, 3
    ), books AS (
        SELECT o.remedy_id, o.payer, r.state, r.complaint_id,
               coalesce(sum(o.amount) FILTER (WHERE o.option = 0), 0) + coalesce(max(o.amount) FILTER (WHERE o.option <> 0), 0) AS most,
               coalesce(sum(o.amount) FILTER (WHERE o.option IN (0, coalesce(r.chosen_option, 0))), 0) AS taken
        FROM options o JOIN complaints_remedy r ON r.id = o.remedy_id GROUP BY 1, 2, r.state, r.complaint_id
    ), ledger AS (
        SELECT remedy_id, department_id AS payer,
               coalesce(sum(amount) FILTER (WHERE kind = 'committed'), 0) AS committed,
               coalesce(sum(amount) FILTER (WHERE kind = 'released'), 0) AS released,
               coalesce(sum(amount) FILTER (WHERE kind = 'paid'), 0) AS paid
        FROM complaints_ledgerentry GROUP BY 1, 2
    )
"""


def somebody_agreed() -> Violations:
    """Whatever was approved has the word of another who was allowed to give it, or a settlement by its proposer (V4)."""
    return check("complaints_remedy", "was approved by nobody, by its proposer or by somebody recused", """
        SELECT c.number, r.version FROM complaints_remedy r JOIN complaints_complaint c ON c.id = r.complaint_id
        LEFT JOIN complaints_approval a ON a.remedy_id = r.id AND a.approved
        LEFT JOIN complaints_settlement s ON s.remedy_id = r.id
        WHERE (r.state IN ('approved', 'accepted', 'refused', 'lapsed') AND a.id IS NULL AND s.id IS NULL)
           OR (a.id IS NOT NULL AND s.id IS NOT NULL)
           OR (r.state IN ('submitted', 'returned') AND (a.id IS NOT NULL OR s.id IS NOT NULL))
           OR a.by_id = r.submitted_by_id OR s.by_id <> r.submitted_by_id
           OR EXISTS (SELECT 1 FROM complaints_recusal k WHERE k.complaint_id = c.id AND k.user_id = coalesce(a.by_id, s.by_id)
                      AND k.at < coalesce(a.at, s.at))
    """)  # fmt: skip


def settled_within_authority() -> Violations:
    """What was settled on the spot is what its items can cost, was within authority, reached the value rule and kept to the standard (V4)."""
    return check("complaints_settlement", "was settled beyond authority, or with another amount than its items", """
        SELECT c.number, r.version FROM complaints_settlement s JOIN complaints_remedy r ON r.id = s.remedy_id
        JOIN complaints_complaint c ON c.id = r.complaint_id LEFT JOIN complaints_sheet h ON h.remedy_id = r.id
        WHERE NOT r.within_authority OR coalesce(h.goes_up, true) OR s.amount <> (
            SELECT coalesce(sum(i.amount) FILTER (WHERE i.option = 0), 0) + coalesce((
                SELECT max(o.amount) FROM (SELECT sum(amount) AS amount FROM complaints_remedyitem
                                           WHERE remedy_id = r.id AND option <> 0 GROUP BY option) o), 0)
            FROM complaints_remedyitem i WHERE i.remedy_id = r.id)
    """)  # fmt: skip


def given_within_the_widest_limit() -> Violations:
    """No word was good for more than the widest limit per case that its giver's roles, or those of whom they stood in for, ever had by that day
    (V4): a coarse net under the services, which reckon the very day, kind, customer and department."""
    return check("complaints_ledgerentry", "was given beyond every limit of that day", """
        WITH words AS (
            SELECT r.id, r.complaint_id, a.by_id, a.at, 'approve' AS use FROM complaints_approval a
            JOIN complaints_remedy r ON r.id = a.remedy_id WHERE a.approved
            UNION ALL
            SELECT r.id, r.complaint_id, s.by_id, s.at, 'settle' FROM complaints_settlement s JOIN complaints_remedy r ON r.id = s.remedy_id
        ), given AS (
            SELECT w.*, (SELECT sum(l.amount) FROM complaints_ledgerentry l WHERE l.remedy_id = w.id AND l.kind = 'committed') AS amount FROM words w
        ), limits AS (
            SELECT g.id, bool_or(h.per_case IS NULL) AS free, max(h.per_case) AS per_case FROM given g
            JOIN complaints_historicalauthority h ON h.use = g.use AND h.kind = '' AND h.valid_from <= g.at::date + 1
            WHERE EXISTS (
                SELECT 1 FROM staff_membership m WHERE m.role = h.role AND (m.user_id = g.by_id OR m.user_id IN (
                    SELECT b.user_id FROM staff_absence b WHERE b.deputy_id = g.by_id OR b.deputy_id IN (
                        SELECT b2.user_id FROM staff_absence b2 WHERE b2.deputy_id = g.by_id))))
            GROUP BY g.id
        )
        SELECT c.number, g.amount, l.per_case FROM given g JOIN complaints_complaint c ON c.id = g.complaint_id JOIN limits l ON l.id = g.id
        WHERE g.amount IS NOT NULL AND NOT l.free AND g.amount > l.per_case
          AND NOT EXISTS (SELECT 1 FROM complaints_historicalauthority h WHERE h.use = g.use AND h.kind <> '')
    """)  # fmt: skip


def ledger_is_that_of_the_items() -> Violations:
    """What was set aside is the most the items can cost; what of it stands after the customer's answer is what the customer took (V5)."""
    return check("complaints_ledgerentry", "the ledger says otherwise than the items", BOOKS + """
        SELECT c.number, b.payer, b.most, b.taken, l.committed, l.released FROM ledger l
        LEFT JOIN books b ON b.remedy_id = l.remedy_id AND b.payer = l.payer
        LEFT JOIN complaints_complaint c ON c.id = b.complaint_id
        WHERE l.committed > 0 AND (b.most IS NULL OR l.committed <> b.most OR l.released <> CASE b.state
            WHEN 'approved' THEN 0 WHEN 'accepted' THEN b.most - b.taken ELSE b.most END)
    """)  # fmt: skip  # noqa: S608 - a text of ours


def approved_money_is_set_aside() -> Violations:
    """No solution with money stands without its entry (V5); those from before there was a ledger have no value sheet either."""
    return check("complaints_remedy", "stands with money that was never set aside", BOOKS + """
        SELECT c.number, b.payer, b.most FROM books b JOIN complaints_complaint c ON c.id = b.complaint_id
        LEFT JOIN ledger l ON l.remedy_id = b.remedy_id AND l.payer = b.payer
        WHERE b.state IN ('approved', 'accepted') AND coalesce(l.committed, 0) = 0
          AND EXISTS (SELECT 1 FROM complaints_sheet h WHERE h.remedy_id = b.remedy_id)
    """)  # fmt: skip  # noqa: S608 - a text of ours


def budgets_are_those_of_the_ledger() -> Violations:
    """What a budget says is committed is what its entries set aside and did not give back, and no more than there is (V5)."""
    return check("complaints_budget", "has committed otherwise than its ledger, or more than there is", """
        SELECT d.name, b.month, b.amount, b.committed FROM complaints_budget b JOIN staff_department d ON d.id = b.department_id
        WHERE b.committed > b.amount OR b.committed <> coalesce((
            SELECT sum(CASE l.kind WHEN 'committed' THEN l.amount WHEN 'released' THEN -l.amount ELSE 0 END)
            FROM complaints_ledgerentry l WHERE l.budget_id = b.id), 0)
    """)  # fmt: skip


def paid_is_committed() -> Violations:
    """No more is paid than was set aside and not given back; each item carried out is paid once, with its own amount (V4, V5)."""
    result = check("complaints_ledgerentry", "was paid more than is set aside for it", BOOKS + """
        SELECT c.number, l.payer, l.paid, l.committed - l.released FROM ledger l JOIN complaints_remedy r ON r.id = l.remedy_id
        JOIN complaints_complaint c ON c.id = r.complaint_id WHERE l.committed > 0 AND l.paid > l.committed - l.released
    """)  # fmt: skip  # noqa: S608 - a text of ours
    result += check("complaints_remedyitem", "was paid twice, before it was carried out, otherwise than it says, or not at all", """
        SELECT i.id FROM complaints_remedyitem i LEFT JOIN complaints_ledgerentry l ON l.item_id = i.id AND l.kind = 'paid'
        GROUP BY i.id HAVING count(l.id) > 1 OR (count(l.id) = 1 AND (i.fulfilled_at IS NULL OR sum(l.amount) <> i.amount))
           OR (count(l.id) = 0 AND i.fulfilled_at IS NOT NULL AND i.amount IS NOT NULL AND EXISTS (
                SELECT 1 FROM complaints_ledgerentry e WHERE e.remedy_id = i.remedy_id AND e.kind = 'committed' AND e.department_id = i.paid_by_id))
    """)  # fmt: skip
    return result


def amounts_are_sane() -> Violations:
    """Every amount of money: more than 0 (of a value sheet or a budget: not less), no larger than any may be, in whole cents (V11)."""
    result = Violations()
    for table, column, least, most in (
        ("complaints_remedyitem", "amount", CENT, AMOUNT_CAP), ("complaints_ledgerentry", "amount", CENT, AMOUNT_CAP),
        ("complaints_payout", "amount", CENT, AMOUNT_CAP), ("complaints_settlement", "amount", NOTHING, AMOUNT_CAP),
        ("complaints_budget", "amount", NOTHING, LARGEST), ("complaints_budget", "committed", NOTHING, LARGEST),
        ("complaints_sheet", "v1", NOTHING, AMOUNT_CAP), ("complaints_sheet", "v2", NOTHING, LARGEST),
    ):  # fmt: skip
        result += check(table, f"has an impossible {column}", f"""
            SELECT id FROM {table} WHERE NOT ({column} BETWEEN %s AND %s AND {column} = round({column}, 2))
        """, [least, most])  # fmt: skip  # noqa: S608 - names of ours
    return result
