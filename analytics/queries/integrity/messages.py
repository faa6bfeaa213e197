"""Every message is in a legal state, said once, and holds no secret."""

from datetime import timedelta

from django.utils import timezone

from analytics.queries.integrity.violations import Violations, check
from complaints import outbox
from complaints.models import Message
from complaints.signing import ALPHABET

#: No wait between two attempts is longer (outbox.wait_after).
LONGEST_WAIT = timedelta(days=1)


def messages_in_legal_states() -> Violations:
    """Each state has what belongs to it; nothing is being sent for longer than two workers could take (V10)."""
    now = timezone.now()
    return check("complaints_message", "is in no legal state of the outbox", """
        SELECT m.id, m.kind, m.state FROM complaints_message m
        WHERE m.state <> ALL(%s)
           OR (m.state = 'received') <> (m.direction = 'in')
           OR (m.state = 'queued' AND (m.next_attempt_at IS NULL OR m.next_attempt_at > %s))
           OR (m.state = 'sending' AND (m.claimed_at IS NULL OR m.claimed_at < %s))
           OR (m.state = 'sent' AND m.delivered_at IS NULL)
           OR (m.state = 'told' AND m.told_by_id IS NULL)
           OR (m.state = 'failed' AND (m.last_error = '' OR m.attempts = 0))
           OR (m.direction = 'out' AND m.message_id = '')
    """, [list(Message.State.values), now + LONGEST_WAIT, now - 2 * outbox.STALE_AFTER])  # fmt: skip


def said_once() -> Violations:
    """One receipt for each case, one message for each event and recipient, a decision behind every “sent” (V6)."""
    result = check("complaints_complaint", "has not exactly one receipt", """
        SELECT c.number FROM complaints_complaint c LEFT JOIN complaints_message m ON m.complaint_id = c.id AND m.kind = 'receipt'
        GROUP BY c.id HAVING count(m.id) <> 1
    """)  # fmt: skip
    result += check("complaints_message", "was written twice for one event", """
        SELECT dedupe_key FROM complaints_message WHERE dedupe_key IS NOT NULL GROUP BY dedupe_key HAVING count(*) > 1
    """)  # fmt: skip
    result += check("complaints_message", "two messages bear one Message-ID", """
        SELECT message_id FROM complaints_message WHERE message_id <> '' GROUP BY message_id HAVING count(*) > 1
    """)  # fmt: skip
    result += check("complaints_complaint", "counts as decided without a decision", """
        SELECT c.number FROM complaints_complaint c WHERE c.decision_sent_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM complaints_message m WHERE m.complaint_id = c.id AND m.kind = 'decision')
    """)  # fmt: skip
    return result


def no_secret_in_clear() -> Violations:
    """No message of ours holds a tracking code (V8)."""
    group = f"[{ALPHABET}]{{6}}"
    return check("complaints_message", "holds a tracking code", """
        SELECT id FROM complaints_message WHERE direction = 'out' AND (text ~ %s OR subject ~ %s OR html ~ %s)
    """, [f"{group}-{group}-{group}"] * 3)  # fmt: skip
