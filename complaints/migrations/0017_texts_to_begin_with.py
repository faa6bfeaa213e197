"""An installation that is in use gets the letters, replies and answers a new one starts with, where it has none."""

from datetime import date, timedelta
from typing import Any

from django.db import migrations

from complaints.search import vector
from complaints.services.starter_texts import ARTICLES, REVIEW_AFTER_DAYS, TEXTS


def add(apps: Any, _schema_editor: Any) -> None:
    if not apps.get_model("staff", "Company").objects.exists():
        return
    template = apps.get_model("complaints", "LetterTemplate")
    if not template.objects.exists():
        template.objects.bulk_create(template(**text._asdict()) for text in TEXTS)
    article = apps.get_model("complaints", "Article")
    manager = apps.get_model("staff", "Membership").objects.filter(role="manager", to_on=None, user__is_active=True).order_by("pk").first()
    if manager is None or article.objects.exists():
        return
    categories = {category.name: category.pk for category in apps.get_model("complaints", "Category").objects.all()}
    for row in ARTICLES:
        article.objects.create(
            question=row.question,
            answer=row.answer,
            question_en=row.question_en,
            answer_en=row.answer_en,
            category_id=categories.get(row.category),
            owner_id=manager.user_id,
            # Drafts: somebody of the company reads them before customers do.
            state="draft",
            public=True,
            review_on=date(2026, 11, 22) + timedelta(days=REVIEW_AFTER_DAYS),
            search_text=vector(row.question, row.question_en, row.answer, row.answer_en),
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0016_information"), ("staff", "0003_reports_and_answers")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
