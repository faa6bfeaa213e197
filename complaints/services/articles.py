"""That an article of the knowledge base helped: counted, for customers without a trace of who they are."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from complaints import permissions
from complaints.models import Article, ArticleUse
from complaints.services.advance import locked
from staff.models import User


def helped_reader(*, article: Article, at: datetime) -> ArticleUse:
    """A customer says so on the public page; the day alone is kept."""
    return ArticleUse.objects.create(article=article, on=timezone.localdate(at))


@transaction.atomic
def helped_case(*, complaint_id: int, article: Article, by: User, at: datetime) -> ArticleUse:
    """Staff say so of a case; said twice, it counts once."""
    case = locked(complaint_id, by)
    permissions.require(by, case, "guide", timezone.localdate(at))
    use, _made = ArticleUse.objects.get_or_create(article=article, complaint=case, defaults={"by": by, "on": timezone.localdate(at)})
    return use
