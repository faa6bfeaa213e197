"""The extra questions of a category, and the answers given to them."""

from collections.abc import Iterable, Mapping
from typing import Any

from complaints.models import Complaint, Question, QuestionAnswer
from intake.models.words import tidy

LONGEST_QUESTION = 200


def of_category(category_id: int | None) -> list[Question]:
    """What is asked besides when it is about this; nothing of a category customers cannot choose."""
    if not category_id:
        return []
    of_this = Question.objects.filter(category=category_id, category__public=True, category__active=True, active=True)
    return list(of_this.order_by("position", "pk"))


def answer(*, complaint: Complaint, given: Iterable[Mapping[str, Any]]) -> None:
    """Keep the answers with the case, each beside the question as it was asked; inside the filing's transaction."""
    rows = {int(each["question"]): each for each in given if tidy(each.get("answer"))}
    known = set(Question.objects.filter(pk__in=rows).values_list("pk", flat=True)) if rows else set()
    QuestionAnswer.objects.bulk_create(
        QuestionAnswer(complaint=complaint, question_id=pk, asked=str(each["asked"])[:LONGEST_QUESTION], text=tidy(each["answer"]))
        for pk, each in rows.items()
        if pk in known
    )
