"""Vocabulary of the file: the ten steps, how a case can end, by what medium people speak, how grave it is, how they feel."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Step(TextChoices):
    """The step a case stands at: its work is still to do. Order is the process order (mission, "The ten steps")."""

    APOLOGIZE = "apologize", _("Apologize")
    RECORD = "record", _("Record")
    CLASSIFY = "classify", _("Classify")
    ASSIGN = "assign", _("Assign")
    INVESTIGATE = "investigate", _("Investigate")
    PROPOSE = "propose", _("Propose")
    NOTIFY = "notify", _("Notify the customer")
    PENALIZE = "penalize", _("Penalize")
    IMPROVE = "improve", _("Improve")
    FOLLOW_UP = "follow_up", _("Follow up")
    #: Beside the ten: where a suggestion, an enquiry or praise waits for its answer.
    ANSWER = "answer", _("Answer")
    CLOSED = "closed", _("Closed")


#: The ten, without what is beside them and the end.
TEN_STEPS = tuple(step for step in Step if step not in {Step.ANSWER, Step.CLOSED})
#: Wherever there is work to do.
OPEN_STEPS = (*TEN_STEPS, Step.ANSWER)
#: From the first step until the customer has answered: here a case can still be withdrawn or merged.
UNANSWERED = TEN_STEPS[: TEN_STEPS.index(Step.NOTIFY) + 1]
#: The reception's three steps, where something that is no complaint can be put aside.
RECEPTION = (Step.APOLOGIZE, Step.RECORD, Step.CLASSIFY)


class Kind(TextChoices):
    """What arrived. Whatever it is, it is answered; a wrong kind is changed without filing anew."""

    COMPLAINT = "complaint", _("Complaint")
    REPORT = "report", _("Report of misconduct")
    SUGGESTION = "suggestion", _("Suggestion")
    ENQUIRY = "enquiry", _("Enquiry")
    PRAISE = "praise", _("Praise")


#: These walk the ten steps; the others are answered.
TEN_STEP_KINDS = (Kind.COMPLAINT, Kind.REPORT)


class Mode(TextChoices):
    """In what name somebody speaks (mission M10)."""

    REAL_NAME = "real_name", _("In my own name")
    CONFIDENTIAL = "confidential", _("Confidentially")
    ANONYMOUS = "anonymous", _("Anonymously")


class Standing(TextChoices):
    """On whose behalf somebody speaks."""

    SELF = "self", _("For themselves")
    AGENT = "agent", _("Agent with authorisation")
    HEIR = "heir", _("Heir")
    GUARDIAN = "guardian", _("Guardian of a minor")
    ASSISTED = "assisted", _("Helped by staff")
    REPRESENTATIVE = "representative", _("Representative of several people")


class Outcome(TextChoices):
    """How a case ended. Only ACCEPTED and UNDERSTOOD rest on the customer's own word; a lapse is never counted as satisfaction."""

    ACCEPTED = "accepted", _("Solution accepted")
    UNDERSTOOD = "understood", _("Explanation understood")
    LAPSED = "lapsed", _("No answer from the customer")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged")
    ANSWERED = "answered", _("Answered")
    OTHER = "other", _("Not for us")


#: Handled to the end: these can be followed up, surveyed and reopened.
ON_ITS_MERITS = (Outcome.ACCEPTED, Outcome.UNDERSTOOD, Outcome.LAPSED)
#: Ends that a manager can undo; the case goes back to the step it stood at.
REVERSIBLE = (Outcome.WITHDRAWN, Outcome.MERGED, Outcome.ANSWERED, Outcome.OTHER)


class OtherKind(TextChoices):
    """What arrived when it was nothing for us to handle. A suggestion, an enquiry or praise is a `Kind`, and is answered."""

    OTHER_FIRM = "other_firm", _("Another firm's matter")
    SPAM = "spam", _("Spam")


class Medium(TextChoices):
    """By what people speak with each other. How something arrives (the channel) is the intake's business."""

    WEB = "web", _("Web page")
    PHONE = "phone", _("Telephone")
    COUNTER = "counter", _("Counter")
    LETTER = "letter", _("Letter")
    FAX = "fax", _("Fax")
    EMAIL = "email", pgettext_lazy("medium", "E-mail")
    SMS = "sms", _("Text message")
    SOCIAL = "social", _("Social media")
    VISIT = "visit", _("Visit")
    API = "api", _("Partner system")


class Severity(TextChoices):
    MINOR = "minor", _("Minor")
    ORDINARY = "ordinary", _("Ordinary")
    SERIOUS = "serious", _("Serious")
    SEVERE = "severe", _("Severe")


class Feeling(TextChoices):
    CALM = "calm", _("Calm")
    UPSET = "upset", _("Upset")
    ANGRY = "angry", _("Angry")
    DISTRESSED = "distressed", _("Distressed")


class Actor(TextChoices):
    """Who did an act. A member of staff is named beside it; the complainant and the system have no account."""

    STAFF = "staff", _("Staff")
    COMPLAINANT = "complainant", _("Complainant")
    SYSTEM = "system", _("System")
