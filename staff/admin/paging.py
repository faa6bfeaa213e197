"""Pages of long lists without counting them: counting is what makes a list of a million rows slow."""

from typing import Any

from django.contrib import admin
from unfold import paginator

#: Deeper pages are asked for by machines, not by people: they search.
DEEPEST_PAGE = 4000


class InfinitePaginator(paginator.InfinitePaginator):
    """The theme knows by this name that there is no number of results to show."""

    @property
    def count(self) -> int:
        return DEEPEST_PAGE * int(self.per_page)


class PagesWithoutCount:
    """For an admin class: 25 rows, next and previous, no count, no facets."""

    paginator: Any = InfinitePaginator
    list_per_page = 25
    list_max_show_all = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
