"""Rows that the back office keeps through its own forms, for which there is no service: courses, products, categories, words to avoid."""

from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

from complaints.models import Budget, Category, Product, WordToAvoid
from config.demo.organisation_data import BUDGETS, CATEGORIES, COURSES, DOCUMENTS, PRODUCT_FACTS, PRODUCTS, WORDS
from staff.models import Course, Department, Document, Post, User
from staff.services.recording import recorded

Row = TypeVar("Row", bound=models.Model)


def keep(row: Row, *, by: User, at: datetime) -> Row:
    """Check and save it as the back office does."""
    row.full_clean()
    with recorded(row, by=by, at=at):
        row.save()
    return row


def load_tables(*, by: User, at: datetime) -> None:
    _courses(by=by, at=at)
    _categories(by=by, at=at)
    _budgets(by=by, at=at)
    for code, name in PRODUCTS:
        facts = PRODUCT_FACTS.get(code, {})
        keep(Product(code=code, name=name, public=bool(facts), **facts), by=by, at=at)
    known = set(WordToAvoid.objects.values_list("text", flat=True))  # set-up brings some
    for text, instead in WORDS:
        if text not in known:
            keep(WordToAvoid(text=text, instead=instead), by=by, at=at)
    for document in DOCUMENTS:
        keep(Document(code=document.code, name=document.name), by=by, at=at)


def _courses(*, by: User, at: datetime) -> None:
    for code, name, months, posts in COURSES:
        course = keep(Course(code=code, name=name, valid_months=months), by=by, at=at)
        for post in Post.objects.filter(name__in=posts):
            with recorded(post, by=by, at=at):
                post.required_courses.add(course)


def _budgets(*, by: User, at: datetime) -> None:
    """From the first month on; each later one goes on with the same."""
    month = timezone.localdate(at).replace(day=1)
    for code, amount in BUDGETS.items():
        keep(Budget(department=Department.objects.get(code=code), month=month, amount=Decimal(amount)), by=by, at=at)


def _categories(*, by: User, at: datetime) -> None:
    departments = {department.code: department for department in Department.objects.all()}
    known: dict[str, Any] = {category.name: category for category in Category.objects.all()}
    for given in CATEGORIES:
        category = known.get(given.name) or Category(name=given.name)
        category.parent, category.department = known.get(given.parent), departments[given.department]
        category.default_severity, category.needs_ruling, category.injury = given.severity, given.needs_ruling, given.injury
        known[given.name] = keep(category, by=by, at=at)
    for category in known.values():  # the starter set would stand beside the company's own, almost the same
        if category.name not in {given.name for given in CATEGORIES}:
            category.active = False
            keep(category, by=by, at=at)
