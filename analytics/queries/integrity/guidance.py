"""Letters are as they were sent; guided conversations were led in order and what they agreed was said."""

from analytics.queries.integrity.violations import Violations, check
from complaints.guides import PATHS


def letters_as_sent() -> Violations:
    """The fingerprint of each letter still fits its words, unless an erasure emptied them; its message is one of the same case."""
    result = check("complaints_letter", "is not as it was sent", """
        SELECT l.id FROM complaints_letter l
        WHERE l.sha256 <> encode(sha256(convert_to(concat_ws(chr(31), l.to_name, l.to_address, l.subject, l.body), 'UTF8')), 'hex')
        AND NOT EXISTS (SELECT 1 FROM complaints_erasure e WHERE e.complaint_id = l.complaint_id)
    """)  # fmt: skip
    result += check("complaints_letter", "has a message of another case", """
        SELECT l.id FROM complaints_letter l JOIN complaints_message m ON m.id = l.message_id WHERE m.complaint_id IS DISTINCT FROM l.complaint_id
    """)  # fmt: skip
    return result


def conversations_in_order() -> Violations:
    """Every stage stands on its own path, behind the stages before it; promise and message are of the same case."""
    result = Violations()
    for path, stages in PATHS.items():
        result += check("complaints_guideentry", "is a stage out of turn", """
            SELECT e.id FROM complaints_guideentry e JOIN complaints_guidedpath p ON p.id = e.path_id
            WHERE p.path = %s AND (
                array_position(%s::text[], e.stage::text) IS NULL
                OR array_position(%s::text[], e.stage::text) <> (
                    SELECT count(*) FROM complaints_guideentry o WHERE o.path_id = e.path_id AND o.id <= e.id))
        """, [path, list(stages), list(stages)])  # fmt: skip
    result += check("complaints_guideentry", "belongs to another case than its path, promise or message", """
        SELECT e.id FROM complaints_guideentry e JOIN complaints_guidedpath p ON p.id = e.path_id
        LEFT JOIN complaints_promise r ON r.id = e.promise_id LEFT JOIN complaints_message m ON m.id = e.message_id
        WHERE p.complaint_id <> e.complaint_id OR r.complaint_id <> e.complaint_id OR m.complaint_id <> e.complaint_id
    """)  # fmt: skip
    return result
