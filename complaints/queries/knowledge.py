"""What customers can read by themselves: published articles and the pages of products."""

from django.db.models import Q, QuerySet

from complaints.models import Article, Product

MOST_SHOWN = 60
SUGGESTED = 3
#: A text this short says too little to suggest anything by.
LEAST_LETTERS = 6
LONGEST_READ = 2000


def public_articles(asked: str = "") -> QuerySet[Article]:
    """All of them, or those that answer what was asked: with all its words, else with any."""
    found = Article.objects.for_customers().select_related("category", "product").defer("search_text")
    if not asked.strip():
        return found.order_by("category__name", "pk")[:MOST_SHOWN]
    exact = found.search(asked)
    return exact[:MOST_SHOWN] if exact.exists() else found.suggested_by(asked)[:MOST_SHOWN]


def suggestions(text: str) -> list[Article]:
    """A few public articles near to what somebody is writing. The text is read here and kept nowhere."""
    text = text[:LONGEST_READ]
    if len(text.strip()) < LEAST_LETTERS:
        return []
    return list(Article.objects.for_customers().suggested_by(text).defer("search_text")[:SUGGESTED])


def public_article(pk: int) -> Article | None:
    found: Article | None = Article.objects.for_customers().select_related("product", "category").filter(pk=pk).first()
    return found


def public_products() -> QuerySet[Product]:
    return Product.objects.filter(public=True, active=True).order_by("name")


def public_product(code: str) -> Product | None:
    return public_products().filter(code__iexact=code).first()


def articles_about(product: Product) -> QuerySet[Article]:
    """Public articles about the product itself."""
    return Article.objects.for_customers().filter(Q(product=product)).defer("search_text").order_by("pk")[:MOST_SHOWN]
