"""The knowledge base and the products, as customers read them."""

import math

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.queries import knowledge as reading
from intake.services import knowledge, limits
from intake.views import access


@require_safe
@cache_control(private=True, no_cache=True)
def articles(request: HttpRequest) -> HttpResponse:
    """Common questions; `?q=` searches them."""
    asked = request.GET.get("q", "")[:200]
    context = {"asked": asked, "articles": list(reading.public_articles(asked)), "products": reading.public_products().exists()}
    return render(request, "public/articles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer; by POST the reader says that it solved the matter."""
    found = reading.public_article(pk)
    if found is None:
        raise Http404
    if request.method != "POST":
        return render(request, "public/article.html", {"article": found, "thanks": "thanks" in request.GET})
    try:
        knowledge.helped(article=found, address=access.address_of(request), at=timezone.now())
    except limits.TooOften as error:
        minutes = math.ceil(error.seconds / 60)
        response = render(request, "public/too_often.html", {"minutes": minutes}, status=429)
        response["Retry-After"] = str(error.seconds)
        return response
    return redirect(f"{request.path}?thanks")


@require_POST
@access.personal
def suggest(request: HttpRequest) -> HttpResponse:
    """A piece of page with articles near to what somebody is writing; by POST, so that it stands in no log of addresses."""
    try:
        found = knowledge.suggest(text=request.POST.get("story", ""), address=access.address_of(request), at=timezone.now())
    except limits.TooOften as error:
        response = HttpResponse(status=429)
        response["Retry-After"] = str(error.seconds)
        return response
    return render(request, "public/parts/suggestions.html", {"articles": found})


@require_safe
@cache_control(private=True, no_cache=True)
def products(request: HttpRequest) -> HttpResponse:
    return render(request, "public/products.html", {"products": list(reading.public_products())})


@require_safe
@cache_control(private=True, no_cache=True)
def product(request: HttpRequest, code: str) -> HttpResponse:
    found = reading.public_product(code)
    if found is None:
        raise Http404
    return render(request, "public/product.html", {"product": found, "articles": list(reading.articles_about(found))})
