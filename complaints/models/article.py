"""The knowledge base: common problems and how they are solved, for staff and, where public, for customers."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only
from complaints.querysets import ArticleQuerySet
from complaints.search import vector
from staff.models.history import History


class Article(models.Model):
    """One question and its answer, in Chinese, in English or in both."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    question = models.CharField(_("question"), max_length=200, blank=True)
    answer = models.TextField(_("answer"), max_length=10_000, blank=True)
    question_en = models.CharField(_("question in English"), max_length=200, blank=True)
    answer_en = models.TextField(_("answer in English"), max_length=10_000, blank=True)
    category = models.ForeignKey(
        "complaints.Category", models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("category")
    )
    product = models.ForeignKey(
        "complaints.Product", models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("product or service")
    )
    owner = models.ForeignKey("staff.User", models.PROTECT, related_name="articles", verbose_name=_("owner"))
    review_on = models.DateField(_("to be reviewed on"))
    public = models.BooleanField(_("shown to customers"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    search_text = SearchVectorField(null=True, editable=False)

    objects = ArticleQuerySet.as_manager()
    history = History(excluded_fields=["search_text"])

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("knowledge base")
        default_permissions = ()
        indexes = [GinIndex(fields=["search_text"], name="article_search")]
        constraints = [
            models.CheckConstraint(
                name="article_in_one_language_at_least",
                condition=(~Q(question="") & ~Q(answer="")) | (~Q(question_en="") & ~Q(answer_en="")),
                violation_error_message=_("A question and its answer are needed, in Chinese or in English."),
            ),
            models.CheckConstraint(name="article_state_known", condition=Q(state__in=["draft", "published", "retired"])),
        ]

    def __str__(self) -> str:
        return self.asked

    def save(self, *args: Any, **options: Any) -> None:
        self.search_text = vector(self.question, self.question_en, self.answer, self.answer_en)
        super().save(*args, **options)

    @property
    def asked(self) -> str:
        return self.asked_in(get_language() or "")

    @property
    def answered(self) -> str:
        return self.answered_in(get_language() or "")

    def asked_in(self, language: str) -> str:
        """The question in that language, or in the one there is."""
        return self.question_en if self._english(language) else self.question

    def answered_in(self, language: str) -> str:
        return self.answer_en if self._english(language) else self.answer

    def _english(self, language: str) -> bool:
        english = bool(self.question_en and self.answer_en)
        return english and (language == "en" or not (self.question and self.answer))


class ArticleUse(models.Model):
    """ "This solved it": said by a customer who stays unknown (the day alone is kept), or by staff about a case."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="uses", verbose_name=_("article"))
    on = models.DateField(_("day"))
    complaint = models.ForeignKey(
        "complaints.Complaint", models.PROTECT, null=True, blank=True, related_name="article_uses", verbose_name=_("complaint")
    )
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("help by an article")
        verbose_name_plural = _("helps by articles")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["article", "complaint"], name="article_use_once_a_case"),
            models.CheckConstraint(name="article_use_of_a_case_has_a_name", condition=Q(complaint__isnull=True) ^ Q(by__isnull=False)),
        ]
