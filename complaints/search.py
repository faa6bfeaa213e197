"""Search in Chinese and everything else: words cut by rjieba, kept as a PostgreSQL text vector."""

import re

import rjieba
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Func, TextField, Value
from django.db.models.functions import Lower

MOST_CHARACTERS = 20_000
MOST_WORDS_ASKED = 12


def words_of(text: str) -> list[str]:
    """The words of a text, long Chinese words also in their parts; combining marks, punctuation and NUL are left out."""
    return [word.lower() for word in rjieba.cut_for_search(text[:MOST_CHARACTERS]) if re.search(r"\w", word) and "\x00" not in word]


def vector(*texts: str) -> SearchVector:
    """An expression that makes the stored vector of these texts."""
    return SearchVector(Value(" ".join(word for text in texts for word in words_of(text))), config="simple")


def letters_of(column: str) -> Func:
    """The letters of a short text, one by one: a name is found by any part of it, also by one or two Chinese letters, with an index."""
    return Func(Lower(column), template="string_to_array(%(expressions)s, NULL)", output_field=ArrayField(TextField()))


def words_query(text: str) -> SearchQuery | None:
    """All words of what was asked, or None when there is none."""
    words = words_of(text)[:MOST_WORDS_ASKED]
    if not words:
        return None
    query = SearchQuery(words[0], config="simple")
    for word in words[1:]:
        query &= SearchQuery(word, config="simple")
    return query
