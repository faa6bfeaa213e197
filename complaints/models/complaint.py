"""The case."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only_but, erasable, undeletable
from complaints.models.lifecycle import Lifecycle, legal_moves
from complaints.querysets import ComplaintQuerySet
from complaints.workflow import TEN_STEP_KINDS, Kind, Medium, OtherKind, Outcome, Severity, Step
from staff.models.history import History

TEN_STEPS_WALKED = [kind.value for kind in TEN_STEP_KINDS]
FREE_TEXT = ["story", "facts", "own_proposal", "order_number", "search_text"]


class Complaint(Lifecycle):
    """One complaint and where it stands. Written by services alone."""

    number = models.CharField(_("complaint number"), max_length=12, unique=True)
    complainant = models.OneToOneField("complaints.Party", models.PROTECT, related_name="case", verbose_name=_("complainant"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.COMPLAINT)
    medium = models.CharField(_("medium"), max_length=10, choices=Medium.choices)
    received_at = models.DateTimeField(_("received at"))
    recorded_by = models.ForeignKey(
        "staff.User", models.PROTECT, null=True, blank=True, related_name="recorded_cases", verbose_name=_("recorded by")
    )

    story = models.TextField(_("what happened, in the customer's words"))
    own_proposal = models.TextField(_("the customer's own proposal"), blank=True)
    facts = models.TextField(_("facts on record"), blank=True)
    occurred_on = models.DateField(_("day of the event"), null=True, blank=True)
    order_number = models.CharField(_("order number"), max_length=60, blank=True)
    #: Health, money accounts, whereabouts, anything of a child under 14: kept stricter and shorter (PIPL Art. 28).
    sensitive = models.BooleanField(_("holds sensitive personal data"), default=False)
    product = models.ForeignKey(
        "complaints.Product", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product or service")
    )

    category = models.ForeignKey(
        "complaints.Category", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("category")
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, blank=True)
    unfounded = models.BooleanField(_("unfounded"), default=False)

    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="cases", verbose_name=_("department"))
    handling_department = models.ForeignKey(
        "staff.Department", models.PROTECT, null=True, blank=True, related_name="handled_cases", verbose_name=_("handling department")
    )
    handler = models.ForeignKey(
        "staff.User", models.PROTECT, null=True, blank=True, related_name="cases_in_hand", verbose_name=_("handler")
    )
    step_entered_at = models.DateTimeField(_("at this step since"))
    #: The nearest of all its time limits, and the one of the step alone; reckoned by escalation (services.deadlines).
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    step_due_at = models.DateTimeField(_("step due at"), null=True, blank=True, editable=False)
    #: The later moment the customer was told when more time was granted, while what was put off is still owed.
    told_due_at = models.DateTimeField(_("due at, as the customer was told"), null=True, blank=True, editable=False)
    decision_sent_at = models.DateTimeField(_("decision sent at"), null=True, blank=True)
    #: As promised in the decision itself; silence until then is a lapse.
    answer_until = models.DateTimeField(_("answer until"), null=True, blank=True)
    #: How often it was handled: 1, and one more for every reopening. Follow-ups and surveys belong to a round.
    round = models.PositiveSmallIntegerField(_("round"), default=1)

    #: Steps that staff finished after they were due; then step 8 asks about the handling itself.
    late_steps = models.PositiveSmallIntegerField(_("steps done late"), default=0)

    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    other_kind = models.CharField(_("what it was instead"), max_length=12, choices=OtherKind.choices, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_cases", verbose_name=_("merged into")
    )

    #: Key of the tracking code, and the digest it is found by; the code itself is stored nowhere (signing.py).
    code_key = models.CharField(max_length=64, editable=False)
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    #: Chinese words and plain tokens for search (search.py).
    search_text = SearchVectorField(null=True, editable=False)

    def forget_decision(self) -> None:
        """Another one will be sent."""
        self.decision_sent_at = self.answer_until = None

    #: Guards already found to hold in the act under way (guards.py).
    guards_held: frozenset[object] = frozenset()

    objects = ComplaintQuerySet.as_manager()
    history = History(excluded_fields=[*FREE_TEXT, "code_key", "code_digest", "step_due_at", "told_due_at"])

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        default_permissions = ()
        permissions = [
            ("read_files", "Read case files"),
            ("file_case", "File a complaint for a customer"),
            ("apologize", "Apologise"),
            ("record_facts", "Record the facts"),
            ("classify", "Classify"),
            ("propose_unfounded", "Propose “unfounded”"),
            ("confirm_unfounded", "Confirm or reject “unfounded”"),
            ("assign", "Assign"),
            ("claim", "Claim"),
            ("hand_over", "Hand over to a colleague"),
            ("take_over", "Take over"),
            ("name_employee", "Name an employee complained about"),
            ("transfer", "Transfer to another department"),
            ("transfer_again", "Transfer a second time"),
            ("investigate", "Investigate"),
            ("postpone_investigation", "Postpone the investigation"),
            ("complete_investigation", "Complete a postponed investigation"),
            ("submit_remedy", "Submit a solution"),
            ("return_remedy", "Return a solution"),
            ("approve_remedy", "Approve a solution"),
            ("settle", "Settle within one's own authority"),
            ("set_authority", "Set authorities, budgets and rules of money"),
            ("see_ledger", "See what was approved and paid"),
            ("open_customer_value", "See what a customer is worth to the company"),
            ("send_decision", "Send the decision"),
            ("record_answer", "Record the customer's answer"),
            ("fulfil", "Carry out an item"),
            ("penalize", "Hold to account"),
            ("pass_penalize", "Say why nobody is responsible"),
            ("approve_penalty", "Approve a penalty"),
            ("consent_penalty", "Consent to a penalty for personnel"),
            ("decide_appeal", "Decide an appeal"),
            ("improve", "Lay down improvements"),
            ("complete_any_improvement", "Say that anybody's improvement is done"),
            ("pass_improve", "Say why there is nothing to improve"),
            ("follow_up", "Follow up"),
            ("close", "Close"),
            ("reopen", "Reopen"),
            ("withdraw_for", "Record a withdrawal"),
            ("merge", "Merge"),
            ("dismiss_as_other", "Set aside as not for us"),
            ("change_kind", "Change the kind"),
            ("answer_matter", "Answer a suggestion or enquiry"),
            ("name_unit", "Name a unit reported on"),
            ("ask_identity", "Ask to open a protected identity"),
            ("consent_identity", "Consent to opening a protected identity"),
            ("erase", "Erase personal data"),
            ("guide", "Work along a guided path"),
            ("write_articles", "Write articles of the knowledge base"),
            ("publish_articles", "Publish articles of the knowledge base"),
            ("manage_fund", "Manage the reward fund"),
            ("approve_reward", "Approve a reward"),
            ("open_boxes", "Open suggestion boxes"),
            ("restore", "Undo an end"),
            ("write_message", "Write to the customer"),
            ("add_note", "Add a note"),
            ("attach", "Attach a file"),
            ("see_penalties", "See penalties"),
            ("manage_messages", "Retry failed messages"),
            ("export_files", "Export lists"),
            ("manage_reference", "Edit categories, products and rules"),
        ]
        indexes = [
            GinIndex(fields=["search_text"], name="complaint_search"),
            models.Index(Upper("order_number"), name="complaint_order_number"),
            models.Index(fields=["-received_at", "-id"], name="complaint_newest"),
            models.Index(fields=["handler", "due_at"], condition=~Q(step=Step.CLOSED), name="complaint_mine_open"),
            models.Index(fields=["department", "due_at"], condition=~Q(step=Step.CLOSED), name="complaint_unit_open"),
            models.Index(fields=["handling_department"], name="complaint_handling_unit"),
        ]
        constraints = [
            models.CheckConstraint(name="complaint_step_known", condition=Q(step__in=Step.values)),
            models.CheckConstraint(name="complaint_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="complaint_answer_is_for_the_rest", condition=~Q(step=Step.ANSWER) | ~Q(kind__in=TEN_STEPS_WALKED)),
            models.CheckConstraint(name="complaint_closed_has_time", condition=Q(step=Step.CLOSED) ^ Q(closed_at__isnull=True)),
            models.CheckConstraint(name="complaint_outcome_when_closed", condition=Q(step=Step.CLOSED) ^ Q(outcome="")),
            models.CheckConstraint(
                name="complaint_merged_into_a_case", condition=~(Q(outcome=Outcome.MERGED) ^ Q(merged_into__isnull=False))
            ),
            models.CheckConstraint(name="complaint_other_has_kind", condition=~(Q(outcome=Outcome.OTHER) ^ ~Q(other_kind=""))),
            models.CheckConstraint(
                name="complaint_decision_has_answer_date", condition=Q(decision_sent_at__isnull=True) ^ Q(answer_until__isnull=False)
            ),
            models.CheckConstraint(name="complaint_severity_known", condition=Q(severity__in=["", *Severity.values])),
            models.CheckConstraint(name="complaint_not_into_itself", condition=~Q(merged_into=models.F("id"))),
        ]
        triggers = [
            pgtrigger.FSM(name="legal_step", field="step", transitions=legal_moves()),
            pgtrigger.Protect(
                name="starts_at_the_beginning",
                operation=pgtrigger.Insert,
                condition=~(
                    pgtrigger.Q(new__step=Step.APOLOGIZE.value, new__kind__in=TEN_STEPS_WALKED)
                    | (pgtrigger.Q(new__step=Step.ANSWER.value) & ~pgtrigger.Q(new__kind__in=TEN_STEPS_WALKED))
                ),
            ),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="frozen", fields=["number", "complainant", "medium", "received_at", "recorded_by"]),
            erasable("story", case="NEW.id"),
            # At commit the step must be where the last StepChange says: no change of step without its record, whoever writes.
            pgtrigger.Trigger(
                name="step_has_its_record",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("step"),
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=[("current_step", "text"), ("recorded_step", "text")],
                func="""
                    SELECT step INTO current_step FROM complaints_complaint WHERE id = NEW.id;
                    SELECT to_step INTO recorded_step FROM complaints_stepchange WHERE complaint_id = NEW.id ORDER BY sequence DESC LIMIT 1;
                    IF current_step IS NOT NULL AND recorded_step IS DISTINCT FROM current_step THEN
                        RAISE EXCEPTION 'case % stands at % but its record says %', NEW.id, current_step, recorded_step
                        USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_erased(self) -> bool:
        """Its people, words and files are gone; with them went the key of its code (`services.erasure`)."""
        return not self.code_key

    @property
    def is_open(self) -> bool:
        return self.step != Step.CLOSED


class Allegation(models.Model):
    """One point of the complaint, each with a finding of its own (steps 2 and 5)."""

    class Finding(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        PARTLY = "partly", _("Partly upheld")
        NOT_UPHELD = "not_upheld", _("Not upheld")
        CANNOT_TELL = "cannot_tell", _("Cannot be established")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="allegations", verbose_name=_("complaint"))
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("allegation"))
    finding = models.CharField(_("finding"), max_length=12, choices=Finding.choices, blank=True)
    finding_reason = models.TextField(_("reason"), blank=True)
    history = History(excluded_fields=["text", "finding_reason"])

    class Meta:
        verbose_name = _("allegation")
        verbose_name_plural = _("allegations")
        default_permissions = ()
        triggers = [*undeletable(frozen=("complaint", "number")), erasable("text")]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="allegation_numbered_once"),
            models.CheckConstraint(name="allegation_finding_has_reason", condition=Q(finding="") | ~Q(finding_reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:60]}"


class Demand(models.Model):
    """One thing the complainant asks for; it may be only to be heard."""

    class Kind(models.TextChoices):
        HEARD = "heard", _("Only to be heard")
        APOLOGY = "apology", _("An apology")
        EXPLANATION = "explanation", _("An explanation")
        REFUND = "refund", _("Money back")
        REPLACEMENT = "replacement", _("A replacement")
        REPAIR = "repair", _("A repair")
        COMPENSATION = "compensation", _("Compensation")
        IMPROVEMENT = "improvement", _("That it does not happen again")
        OTHER = "other", _("Something else")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="demands", verbose_name=_("complaint"))
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("what is asked for"), max_length=12, choices=Kind.choices)
    text = models.TextField(_("in words"), blank=True)
    history = History(excluded_fields=["text"])

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        default_permissions = ()
        triggers = [*undeletable(frozen=("complaint", "number", "kind")), erasable("text")]
        constraints = [models.UniqueConstraint(fields=["complaint", "number"], name="demand_numbered_once")]

    def __str__(self) -> str:
        return self.text[:60] or self.get_kind_display()


class QuestionAnswer(models.Model):
    """The answer to one of the category's questions, beside the question as it was asked."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="question_answers", verbose_name=_("complaint"))
    question = models.ForeignKey("complaints.Question", models.PROTECT, related_name="+", verbose_name=_("question"))
    asked = models.CharField(_("as asked"), max_length=200)
    text = models.TextField(_("answer"))

    class Meta:
        verbose_name = _("answer to a question of the form")
        verbose_name_plural = _("answers to questions of the form")
        default_permissions = ()
        triggers = append_only_but("text")
        constraints = [models.UniqueConstraint(fields=["complaint", "question"], name="question_answered_once")]
