"""The two guided paths (mission M13): which stages they have, and what each asks of whoever leads the conversation."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class StageAsks:
    """What one stage asks for. `texts`: column of the entry → label; the first is never empty."""

    help: Words
    texts: dict[str, Words]
    optional: frozenset[str] = frozenset()
    asks_feeling: bool = False
    #: The customer has to agree before the path goes on.
    asks_confirmation: Words = ""
    asks_where_it_lies: bool = False
    #: Solved or agreed at once, or a time at which we call.
    asks_now_or_call: Words = ""
    #: The column whose words go to the customer.
    sends: str = ""
    #: What we say ourselves: words that blame are marked before it is kept.
    watched: frozenset[str] = field(default=frozenset())


STAGES: dict[str, StageAsks] = {
    # --- six-step call
    "opening": StageAsks(
        help=_("Greet, say your name and unit, thank for the call, and say that you stay with it."),
        texts={"words": _("How you opened the call")},
        asks_feeling=True,
        watched=frozenset({"words"}),
    ),
    "questions": StageAsks(
        help=_("Ask open questions first: what happened, when and where, what it means for the customer. One question at a time."),
        texts={"words": _("What you asked and what the customer answered")},
    ),
    "listening": StageAsks(
        help=_("Do not interrupt. Then repeat the points in your own words until the customer says: yes, that is it."),
        texts={"words": _("The points, as you repeated them")},
        asks_feeling=True,
        asks_confirmation=_("The customer confirms these points"),
    ),
    "options": StageAsks(
        help=_("Know both limits before you offer. Offer at least two ways within them, and let the customer choose."),
        texts={
            "words": _("The alternatives you offered"),
            "second": _("How far we can go"),
            "third": _("What the customer needs at least"),
        },
    ),
    "agreement": StageAsks(
        help=_("Agree on one way. If there is none yet, promise no result but a time at which you call."),
        texts={"words": _("What was agreed, or why it is still open")},
        asks_now_or_call=_("Agreed in this call"),
        watched=frozenset({"words"}),
    ),
    "read_back": StageAsks(
        help=_("Read the agreed details back: what, by whom, by when. They are kept and sent to the customer."),
        texts={"words": _("The details, as you read them back")},
        asks_confirmation=_("The customer agrees with each detail"),
        sends="words",
        watched=frozenset({"words"}),
    ),
    # --- LSCIA
    "listen": StageAsks(
        help=_("Three questions, no interruption, mind the tone. Then sum up until the customer says: yes, that is it."),
        texts={
            "second": _("1. What happened?"),
            "third": _("2. What did it mean for you?"),
            "fourth": _("3. What would help you now?"),
            "words": _("Your summary"),
        },
        asks_feeling=True,
        asks_confirmation=_("The customer confirms the summary"),
    ),
    "share": StageAsks(
        help=_("Say that you understand how this feels. Blame nobody: not the customer, not a colleague, not another department."),
        texts={"words": _("What you said")},
        watched=frozenset({"words"}),
    ),
    "clarify": StageAsks(
        help=_(
            "Find out together: is it the product or service, or the way it is used? Misuse is no refusal: help and show the right use."
        ),
        texts={"words": _("What you found out")},
        asks_where_it_lies=True,
    ),
    "illustrate": StageAsks(
        help=_("Solve it now; or say honestly why not yet, and when you call."),
        texts={"words": _("The solution, or why it takes longer")},
        asks_now_or_call=_("Solved in this conversation"),
        watched=frozenset({"words"}),
    ),
    "ask": StageAsks(
        help=_("Ask: what else can I do for you? What was agreed goes to the customer in writing."),
        texts={"second": _("What else the customer wished"), "words": _("What you send the customer about what was agreed")},
        optional=frozenset({"second"}),
        sends="words",
        watched=frozenset({"words"}),
    ),
}
PATHS: dict[str, tuple[str, ...]] = {
    "six_steps": ("opening", "questions", "listening", "options", "agreement", "read_back"),
    "lscia": ("listen", "share", "clarify", "illustrate", "ask"),
}
#: The stage whose words the customer has confirmed as what happened.
SUMMARY = frozenset({"listening", "listen"})
#: Where the words to send are taken from, until the person writes them otherwise.
AGREED_IN = {"read_back": "agreement", "ask": "illustrate"}


def next_stage(path: str, done: set[str]) -> str | None:
    """The first stage of the path that is not written yet; None when all are."""
    return next((stage for stage in PATHS[path] if stage not in done), None)
