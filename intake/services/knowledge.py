"""What customers do with the knowledge base, within limits; nothing of who they are or what they typed is kept."""

from datetime import datetime

from complaints.models import Article
from complaints.queries import knowledge
from complaints.services import articles
from intake.services import limits


def suggest(*, text: str, address: str, at: datetime) -> list[Article]:
    """Articles near to what is being typed. Raises limits.TooOften when this source asks without end."""
    limits.count(limits.Act.SUGGEST, address=address, at=at)
    return knowledge.suggestions(text)


def helped(*, article: Article, address: str, at: datetime) -> None:
    """ "This solved it". Raises limits.TooOften."""
    limits.count(limits.Act.HELPED, address=address, at=at)
    articles.helped_reader(article=article, at=at)
