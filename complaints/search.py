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


#: A text somebody writes is long; its first telling words say what it is about.
MOST_WORDS_COMPARED = 40
#: Words every text has. A single Chinese letter is never compared: it stands in too many words.
COMMON = frozenset(
    [
        "about",
        "after",
        "again",
        "also",
        "been",
        "from",
        "have",
        "just",
        "more",
        "much",
        "only",
        "said",
        "some",
        "that",
        "than",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "very",
        "want",
        "were",
        "what",
        "when",
        "which",
        "will",
        "with",
        "would",
        "your",
        "you",
        "the",
        "and",
        "for",
        "are",
        "was",
        "not",
        "but",
        "can",
        "has",
        "had",
        "our",
        "its",
        "one",
        "一个",
        "一下",
        "不是",
        "什么",
        "今天",
        "他们",
        "你们",
        "但是",
        "可以",
        "因为",
        "如果",
        "已经",
        "怎么",
        "我们",
        "所以",
        "没有",
        "现在",
        "然后",
        "这个",
        "那个",
        "这样",
        "还是",
        "就是",
        "自己",
        "知道",
    ]
)


def any_word_query(text: str) -> SearchQuery | None:
    """Any telling word of a text, or None when it has none."""
    words = [word for word in dict.fromkeys(words_of(text)) if len(word) >= (3 if word.isascii() else 2) and word not in COMMON]
    query: SearchQuery | None = None
    for word in words[:MOST_WORDS_COMPARED]:
        asked = SearchQuery(word, config="simple")
        query = asked if query is None else query | asked
    return query
