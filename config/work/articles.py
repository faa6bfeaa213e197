"""Articles whose day of review has come: the owner's; drafts and those of all owners for who may publish."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Article
from complaints.queries.words import cut
from config.work.pile import Pile, list_page, pile_of, row_of, until
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    today = timezone.localdate(at)
    row = row_of(
        "complaints_article", lambda each: cut(each.asked, 40), lambda each: until(each.review_on), lambda each: each.review_on < today
    )
    due = Article.objects.to_review(today).defer("search_text")
    if user.has_perm("complaints.publish_articles"):
        yield pile_of(_("Articles to review"), due, row, list_page("", "article"))
        drafts = Article.objects.filter(state=Article.State.DRAFT).defer("search_text").order_by("pk")
        yield pile_of(_("Articles to publish"), drafts, row, list_page("state__exact=draft", "article"))
    elif user.has_perm("complaints.write_articles"):
        yield pile_of(_("Articles to review"), due.filter(owner=user), row, list_page("", "article"))
