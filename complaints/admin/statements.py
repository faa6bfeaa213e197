"""“My matters”: what an employee is told and asked about themselves. They see the question and the facts, never the case."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.admin.improvements import effect_in_words
from complaints.forms.employee import AppealForm, StatementForm
from complaints.forms.improve import DoneForm
from complaints.models import MyFinding, MyImprovement, Statement
from complaints.models.amounts import shown
from complaints.queries.my_matters import matters_of
from complaints.queries.penalties import measured
from complaints.services import appeals, improve, investigate
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, Trail, led_by, user_of
from staff.admin.paging import PagesWithoutCount


def _is_asked(request: HttpRequest, statement: Statement) -> bool:
    return statement.employee_id == request.user.pk and statement.state == Statement.State.ASKED


class OwnAdmin(PagesWithoutCount, RecordAdmin):
    """One's own rows alone, for every employee, with rights on cases or without."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)

    def trail(self, request: HttpRequest, obj: Any) -> Trail:
        """The one page all of it stands on: they need not see the case."""
        return [_my_matters()]


def _my_matters() -> tuple[str, str]:
    return gettext("My matters"), reverse("admin:complaints_statement_mine")


@admin.register(Statement)
class StatementAdmin(OwnAdmin):
    """One's own statements alone; those who handle a case read them on its page."""

    list_display = ("asked_at", "question_shown", "due_on", "state")
    list_display_links = ("asked_at", "question_shown")
    fields = ("facts", "question", "asked_at", "due_on", "state", "text", "answered_at")
    ordering = ("-asked_at", "-pk")
    acts = (
        Act(
            name="give",
            label=_("Give a statement"),
            explanation=_("Write what happened as you saw it. You cannot change it afterwards."),
            done=_("Your statement is on file."),
            form=StatementForm,
            shows=("facts", "question"),
            offered=_is_asked,
            run=lambda row, said, by, at: investigate.give_statement(statement_id=row.pk, by=by, at=at, text=said["text"]),
        ),
        Act(
            name="decline",
            label=_("I do not want to say anything"),
            explanation=_("That is recorded; nobody will hold it against you."),
            done=_("Recorded."),
            shows=("facts", "question"),
            offered=_is_asked,
            run=lambda row, _said, by, at: investigate.decline_statement(statement_id=row.pk, by=by, at=at),
        ),
    )

    @admin.display(description=_("Question"))
    def question_shown(self, statement: Statement) -> str:
        return statement.question[:40]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(employee=user_of(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.matters_view)
        return [path("mine/", view, name="complaints_statement_mine"), *super().get_urls()]

    def matters_view(self, request: HttpRequest) -> HttpResponse:
        """Everything on one page, each with what can be done about it."""
        at = timezone.now()
        matters = matters_of(user_of(request))
        findings = [(row, measured(row), appeals.may_still_appeal(row, at)) for row in matters.findings]
        led_by(request, [_my_matters()])
        frame = self.admin_site.each_context(request) | {"opts": self.opts, "title": gettext("My matters"), "media": self.media}
        context = frame | {"matters": matters, "findings": findings, "today": timezone.localdate(at)}
        return TemplateResponse(request, "backoffice/my_matters.html", context)


@admin.register(MyFinding)
class MyFindingAdmin(OwnAdmin):
    """A finding about oneself, with its reasons, the appeal and what came of it."""

    list_display = ("in_force_at", "responsible_as", "state", "appeal_until")
    ordering = ("-in_force_at", "-pk")
    fields = (
        "responsible_as",
        "clause_cited",
        "finding",
        "evidence",
        "bears",
        "in_force_at",
        "state",
        "appeal_until",
        "appeal_words",
        "ruling_words",
    )
    readonly_fields = ("clause_cited", "bears", "appeal_words", "ruling_words")
    acts = (
        Act(
            name="appeal",
            label=_("Appeal"),
            explanation=_("The measure is suspended at once. Somebody who had no part in the finding decides; you can appeal once."),
            done=_("Your appeal is filed; the measure is suspended."),
            form=AppealForm,
            offered=lambda _request, row: appeals.may_still_appeal(row, timezone.now()),
            run=lambda row, said, by, at: appeals.file(penalty_id=row.pk, words=said["words"], by=by, at=at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = MyFinding.objects.of(user_of(request))
        return found.select_related("measure", "clause__version__document", "appeal", "ruling__measure", "ruling__by")

    @admin.display(description=_("clause"))
    def clause_cited(self, row: MyFinding) -> str:
        return f"{row.clause.version.document} {row.clause}"

    @admin.display(description=_("measure"))
    def bears(self, row: MyFinding) -> str:
        now = measured(row)
        return " ".join(filter(None, [str(now.measure), shown(now.amount, row.currency)]))

    @admin.display(description=_("your appeal"))
    def appeal_words(self, row: MyFinding) -> str:
        filed = getattr(row, "appeal", None)
        return filed.words if filed else "–"

    @admin.display(description=_("ruling"))
    def ruling_words(self, row: MyFinding) -> str:
        given = getattr(row, "ruling", None)
        return f"{given.get_outcome_display()}\n{given.reasons}\n{given.by.name}" if given else "–"


@admin.register(MyImprovement)
class MyImprovementAdmin(OwnAdmin):
    """What somebody is to put right; they need not see the case it comes from."""

    list_display = ("action_shown", "due_on", "done_at")
    ordering = ("-due_on", "-pk")
    fields = (
        "kind", "lesson", "action", "changes", "changes_nothing_because", "expectation", "due_on", "proposed_by", "result", "proof", "done_at",
        "effect",
    )  # fmt: skip
    readonly_fields = ("effect",)
    acts = (
        Act(
            name="complete",
            label=_("It is done"),
            explanation=_("The customers whose complaints led to it are told what changed."),
            done=_("Recorded, and the customers are told."),
            form=DoneForm,
            offered=lambda _request, row: row.done_at is None,
            run=lambda row, said, by, at: improve.complete_improvement(improvement_id=row.pk, by=by, at=at, **said),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(owner=user_of(request))

    @admin.display(description=_("action"))
    def action_shown(self, row: MyImprovement) -> str:
        return row.action[:60]

    @admin.display(description=_("Effect"))
    def effect(self, row: MyImprovement) -> str:
        return effect_in_words(row)
