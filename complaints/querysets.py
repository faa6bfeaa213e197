"""The questions asked of the file. One question, one method: list, detail, search, export and counts all use these."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.search import SearchRank
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Reverse

from complaints.permissions import Scope, scope_of
from complaints.search import any_word_query, letters_of, words_query
from complaints.workflow import TEN_STEP_KINDS, Actor, Kind, Step

if TYPE_CHECKING:
    from complaints.models import Article, Complaint, RemedyItem  # noqa: F401 - named in strings below
    from staff.models import User

#: So many cases of a number or person are named one by one; of a name that more have, the database goes through them itself.
MOST_BY_ID = 500
ANSWERABLE_STATES = ("to_tell", "failed")


def related(name: str, **conditions: Any) -> Exists:
    """Whether a row of the named relation of a case fulfils the conditions."""
    from django.apps import apps  # noqa: PLC0415  # models import this module

    return Exists(apps.get_model("complaints", name)._default_manager.filter(complaint=OuterRef("pk"), **conditions))


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, user: User | Actor) -> Self:
        """The cases this person may see (issue: "visible_to"); the complainant's and the system's way in is checked elsewhere."""
        if isinstance(user, Actor):
            return self
        if not user.is_active or not user.has_perm("complaints.read_files"):
            return self.none()
        scope, not_named = scope_of(user), self.not_about(user)
        if scope.sees_all:
            return not_named
        return not_named.filter(self._of_units(scope) | self._by_part_in_it(user))

    def not_about(self, user: User) -> Self:
        """Without the cases that name or concern the person, and without those that were ever a report on their unit or line (M10).

        Units and superiors once written down count whatever the case is called later; who stands above somebody named is asked anew only
        while it is a report: a head does handle complaints about their people.
        """
        scope = scope_of(user)
        kept = self.exclude(related("Recusal", user=user, kind__in=["named", "above_named"])).exclude(self._concerning(user))
        kept = kept.exclude(self._on_unit_of(scope))
        for path in scope.headed_paths:
            below = {"user__memberships__to_on": None, "user__memberships__department__path__startswith": path}
            kept = kept.exclude(Q(kind=Kind.REPORT) & related("Recusal", kind="named", **below))
        return kept

    @staticmethod
    def _concerning(user: User) -> Q:
        """The cause is sought with this person: asked for a statement, found responsible, held to account. They read their own matters, no case."""
        from complaints.models import Investigation, Penalty, Statement  # noqa: PLC0415  # models import this module

        asked = Statement.objects.filter(investigation__complaint=OuterRef("pk"), employee=user)
        found = Investigation.responsible_persons.through._default_manager.filter(investigation__complaint=OuterRef("pk"), user=user)
        held = Penalty.objects.filter(accountability__complaint=OuterRef("pk"), employee=user)
        return Q(Exists(asked)) | Q(Exists(found)) | Q(Exists(held))

    @staticmethod
    def _on_unit_of(scope: Scope) -> Exists:
        """Whether a unit is named the person works in (or in a part of it), or heads or stands above.

        A top unit contains everything: a report on it with no supervision to look into it is there for the department that has it.
        """
        from complaints.models import NamedUnit  # noqa: PLC0415  # models import this module

        theirs = Q(department__in=scope.units_and_above)
        for top, below in scope.tops:
            theirs |= Q(department=top) & ~Q(complaint__department__in=below)
        for path in scope.headed_paths:
            theirs |= Q(department__path__startswith=path)
        return Exists(NamedUnit.objects.filter(theirs, complaint=OuterRef("pk")))

    @staticmethod
    def _of_units(scope: Scope) -> Q:
        units = Q(department__in=scope.departments) | Q(handling_department__in=scope.departments)
        for path in scope.headed_paths:
            units |= Q(department__path__startswith=path) | Q(handling_department__path__startswith=path)
        return units

    @staticmethod
    def _by_part_in_it(user: User) -> Q:
        return (
            Q(handler=user)
            | (Q(recorded_by=user, handling_department=None) & ~Q(kind=Kind.REPORT))
            | Q(related("Investigation", completed_by=user))
            | Q(related("Remedy", approval__by=user))
            | Q(related("Remedy", items__owner=user))
            | Q(related("Improvement", owner=user))
            | Q(related("FollowUp", by=user))
        )

    def locked(self, pk: int, *related: str) -> Complaint:
        """One case, locked for this transaction, with what it refers to; raises Complaint.DoesNotExist.

        Locked first and read then: who waits for a lock gets the new row joined with what the old one referred to, or no row at all.
        """
        self.select_for_update().only("pk").get(pk=pk)
        return self.select_related(*related).get(pk=pk)

    def for_list(self) -> Self:
        """Everything a row of a list shows, in one query, newest first."""
        return self.select_related("category", "department", "handling_department", "handler", "complainant", "product").order_by(
            "-received_at", "-pk"
        )

    def open(self) -> Self:
        return self.exclude(step=Step.CLOSED)

    def in_figures(self) -> Self:
        """Without what turned out to be no complaint or part of another."""
        return self.exclude(outcome__in=["other", "merged"]).filter(kind__in=TEN_STEP_KINDS)

    def mine(self, user: User) -> Self:
        return self.open().filter(handler=user)

    def of_departments(self, user: User) -> Self:
        """Open cases of the person's departments that nobody has taken on."""
        return self.open().filter(handler=None, department__in=scope_of(user).departments)

    def awaiting_approval(self) -> Self:
        return self.filter(step=Step.PROPOSE).filter(related("Remedy", state="submitted"))

    def awaiting_second_look(self) -> Self:
        """Called unfounded by the desk, waiting for a second person."""
        from complaints.models import Classification  # noqa: PLC0415  # models import this module

        latest = Classification.objects.filter(complaint=OuterRef("pk")).order_by("-pk")
        waits = models.ExpressionWrapper(Q(unfounded=True, review=None), output_field=models.BooleanField())
        return self.filter(step=Step.CLASSIFY).annotate(waiting=models.Subquery(latest.values(waits=waits)[:1])).filter(waiting=True)

    def follow_up_for(self, user: User) -> Self:
        """Follow-ups due that this person or their department makes."""
        return self.filter(step=Step.FOLLOW_UP).filter(Q(handler=user) | Q(handler=None, department__in=scope_of(user).departments))

    def due_before(self, at: datetime) -> Self:
        return self.open().filter(due_at__lt=at)

    def unanswered(self, at: datetime) -> Self:
        """Decisions whose window for an answer has passed, the oldest first."""
        return self.filter(step=Step.NOTIFY, answer_until__lte=at).order_by("answer_until", "pk")

    def same_customer(self, case: Complaint) -> Self:
        """The customer's other complaints."""
        if case.complainant.customer_id is None:
            return self.none()
        return self.filter(complainant__customer=case.complainant.customer_id).exclude(pk=case.pk)

    def search(self, text: str) -> Self:
        """Cases whose number, words, name, phone or e-mail match; an empty or wordless question matches nothing.

        Numbers and people are looked up first, by their indexes. What is left is a question to one table, so that the database chooses
        well: for rare words it matches first and sorts then, for common ones it goes through the newest cases until there are enough.
        """
        text = text.replace("\x00", " ").strip()[:200]
        if not text:
            return self
        found = self._of_number_or_person(text)
        query = words_query(text)
        if query is not None:
            found = Q(search_text=query) | found if found else Q(search_text=query)
        return self.filter(found) if found else self.none()

    def _of_number_or_person(self, text: str) -> Q:
        """Cases by their number, order number or complainant; nothing where there are none."""
        from complaints.models import Complaint, Party  # noqa: PLC0415  # models import this module

        people = Party.objects.alias(letters=letters_of("name"), backwards=Reverse("phone_digits")).filter(case__isnull=False)
        person = Q(letters__contains=sorted(set(text.lower())), name__icontains=text) | Q(email=text.lower())
        digits = re.sub(r"\D", "", text)
        if len(digits) >= 5:  # fewer digits are no phone number
            person |= Q(backwards__startswith=digits[::-1])
        numbered = Complaint.objects.filter(Q(number=text.upper()) | Q(order_number__iexact=text)).values("pk")
        named = Complaint.objects.filter(complainant__in=people.filter(person).values("pk")).values("pk")
        ids = list(numbered.union(named).values_list("pk", flat=True)[: MOST_BY_ID + 1])
        if len(ids) > MOST_BY_ID:
            return Q(order_number__iexact=text) | Q(complainant__in=people.filter(person).values("pk"))
        return Q(pk__in=ids) if ids else Q()


class PartOfCaseQuerySet(models.QuerySet[Any]):
    """Rows that belong to a case are seen by whoever sees the case."""

    def visible_to(self, user: User) -> Self:
        from complaints.models import Complaint  # noqa: PLC0415  # models import this module

        return self.filter(complaint__in=Complaint.objects.visible_to(user).values("pk"))


class PenaltyQuerySet(models.QuerySet[Any]):
    """Findings against employees. What is not `standing` is in no figure."""

    def standing(self) -> Self:
        """In force, and neither suspended nor revoked: what scorecards, figures and notices rest on."""
        return self.filter(state__in=("in_force", "upheld", "reduced"))

    def visible_to(self, user: User) -> Self:
        """The files a person may read as personnel or superior. Never those of a case that is about them: who is meant, asked for a statement
        or found responsible reads their own matters, and no more."""
        from complaints.models import Complaint  # noqa: PLC0415  # models import this module

        if not user.is_active or not user.has_perm("complaints.see_penalties"):
            return self.none()
        reads_cases = user.has_perm("complaints.read_files")
        cases = Complaint.objects.visible_to(user) if reads_cases else Complaint.objects.all().not_about(user)
        return self.filter(accountability__complaint__in=cases.values("pk"))

    def of(self, user: User) -> Self:
        """Those about this person that were approved and consented to; before that there is nothing to be told of."""
        return self.filter(employee=user).exclude(state__in=("proposed", "refused"))


class AttachmentQuerySet(PartOfCaseQuerySet):
    def unexamined(self) -> Self:
        """Those the worker has not looked at yet, the oldest first; of an erased case nothing is left to look at."""
        return self.filter(examination=None, complaint__erasure=None).order_by("pk")


class MessageQuerySet(PartOfCaseQuerySet):
    def visible_to(self, user: User) -> Self:
        """Of visible cases; of messages to employees (without a case) those that failed, by whoever looks after these."""
        from complaints.models import Complaint  # noqa: PLC0415  # models import this module

        of_cases = Q(complaint__in=Complaint.objects.visible_to(user).values("pk"))
        failed = Q(complaint=None, state="failed")
        # That a code was sent says that somebody guessed the contact: of a protected case nobody here learns it (threat I4).
        guessed = Q(kind="code", complaint__complainant__mode__in=["confidential", "anonymous"])
        return self.filter(of_cases | failed if user.has_perm("complaints.manage_messages") else of_cases).exclude(guessed)

    def needing_a_person(self) -> Self:
        """Failed, or to be told to the customer by somebody."""
        return self.filter(state__in=ANSWERABLE_STATES)


class RemedyItemQuerySet(models.QuerySet["RemedyItem"]):
    def agreed(self) -> Self:
        """What the customer accepted: without the alternatives not taken."""
        return self.filter(Q(option=0) | Q(option=models.F("remedy__chosen_option")), remedy__state="accepted")

    def open(self) -> Self:
        """Agreed and not carried out yet."""
        return self.agreed().filter(fulfilled_at=None)


class PromiseQuerySet(PartOfCaseQuerySet):
    def to_keep(self) -> Self:
        """Calls still to be made, the nearest first."""
        return self.filter(called_at=None).order_by("call_at", "pk")


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        return self.filter(state="published")

    def for_customers(self) -> Self:
        return self.published().filter(public=True)

    def to_review(self, on: date) -> Self:
        """Those whose day of review has come."""
        return self.exclude(state="retired").filter(review_on__lte=on).order_by("review_on", "pk")

    def search(self, text: str) -> Self:
        """Those that hold all the words asked for; without any word, none."""
        query = words_query(text.replace("\x00", " ").strip()[:200])
        return self.none() if query is None else self.filter(search_text=query).order_by("pk")

    def suggested_by(self, text: str) -> Self:
        """Those that share words with a text somebody writes, the nearest first."""
        query = any_word_query(text.replace("\x00", " "))
        if query is None:
            return self.none()
        near = SearchRank(models.F("search_text"), query, normalization=models.Value(1))
        return self.filter(search_text=query).annotate(near=near).order_by("-near", "pk")


class VisitQuerySet(PartOfCaseQuerySet):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of the cases one sees; never one to somebody whose complaint is about oneself."""
        from complaints.models import Complaint  # noqa: PLC0415  # models import this module

        own = Q(owner=user, complaint__in=Complaint.objects.all().not_about(user).values("pk"))
        return self.filter(own | Q(pk__in=super().visible_to(user).values("pk")))

    def open(self) -> Self:
        """Still to be made; who was erased is visited no more."""
        return self.filter(ended_at=None, complaint__erasure=None)


class RewardQuerySet(PartOfCaseQuerySet):
    def of_cases_seen_by(self, user: User) -> Self:
        return super().visible_to(user)

    def visible_to(self, user: User) -> Self:
        """What one has nominated, those of the cases one sees; what fits no case is for whoever manages the fund."""
        seen = Q(nominated_by=user) | Q(pk__in=self.of_cases_seen_by(user).values("pk"))
        if user.has_perm("complaints.manage_fund"):
            seen |= Q(complaint=None)
        return self.filter(seen)


class DatedQuerySet(models.QuerySet[Any]):
    """Rows in force from one day to another."""

    def in_force(self, on: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
