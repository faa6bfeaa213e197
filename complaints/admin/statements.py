"""What an employee is asked: they see the question, never the case."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.forms.employee import StatementForm
from complaints.models import Statement
from complaints.services import investigate
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, user_of
from staff.admin.paging import PagesWithoutCount


def _is_asked(request: HttpRequest, statement: Statement) -> bool:
    return statement.employee_id == request.user.pk and statement.state == Statement.State.ASKED


@admin.register(Statement)
class StatementAdmin(PagesWithoutCount, RecordAdmin):
    """One's own statements alone; those who handle a case read them on its page."""

    list_display = ("asked_at", "question_shown", "due_on", "state")
    list_display_links = ("asked_at", "question_shown")
    fields = ("question", "asked_at", "due_on", "state", "text", "answered_at")
    ordering = ("-asked_at", "-pk")
    acts = (
        Act(
            name="give",
            label=_("Give a statement"),
            explanation=_("Write what happened as you saw it. You cannot change it afterwards."),
            done=_("Your statement is on file."),
            form=StatementForm,
            offered=_is_asked,
            run=lambda row, said, by, at: investigate.give_statement(statement_id=row.pk, by=by, at=at, text=said["text"]),
        ),
        Act(
            name="decline",
            label=_("I do not want to say anything"),
            explanation=_("That is recorded; nobody will hold it against you."),
            done=_("Recorded."),
            offered=_is_asked,
            run=lambda row, _said, by, at: investigate.decline_statement(statement_id=row.pk, by=by, at=at),
        ),
    )

    @admin.display(description=_("Question"))
    def question_shown(self, statement: Statement) -> str:
        return statement.question[:40]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(employee=user_of(request))

    def has_view_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return bool(request.user.is_active)
