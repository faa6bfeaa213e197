"""Tables a manager edits: categories with who answers for them, products, words to avoid."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.workflow import Severity
from staff.models.history import History


class Category(models.Model):
    """What a complaint is about, and by this table who must answer for it (step 4)."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent"))
    default_severity = models.CharField(_("default severity"), max_length=10, choices=Severity.choices, default=Severity.ORDINARY)
    department = models.ForeignKey("staff.Department", models.PROTECT, verbose_name=_("responsible department"), related_name="+")
    needs_ruling = models.BooleanField(
        _("needs an executive's ruling"), default=False, help_text=_("Then nobody else can approve a solution.")
    )
    injury = models.BooleanField(
        _("somebody is hurt"), default=False, help_text=_("Highest severity; cannot be called unfounded at the desk.")
    )
    #: Customers choose among these on the public form.
    public = models.BooleanField(_("offered to customers"), default=True)
    active = models.BooleanField(_("in use"), default=True)
    history = History()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_settled(self) -> bool:
        """Whether its cases are settled on the spot, within one's own authority: none that needs a ruling or where somebody is hurt."""
        return not self.needs_ruling and not self.injury


class Question(models.Model):
    """What is asked besides when a complaint is about this category."""

    class Kind(models.TextChoices):
        LINE = "line", _("a line of text")
        TEXT = "text", _("several lines")
        CHOICE = "choice", _("one of several")
        DAY = "day", _("a day")
        YES_NO = "yes_no", _("yes or no")

    category = models.ForeignKey(Category, models.PROTECT, related_name="questions", verbose_name=_("category"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    text = models.CharField(_("question"), max_length=200)
    text_en = models.CharField(_("question in English"), max_length=200, blank=True)
    kind = models.CharField(_("kind of answer"), max_length=8, choices=Kind.choices, default=Kind.LINE)
    choices = models.TextField(_("answers to choose from"), blank=True, help_text=_("One a line."))
    required = models.BooleanField(_("must be answered"), default=False)
    active = models.BooleanField(_("in use"), default=True)
    history = History()

    class Meta:
        verbose_name = _("question of the form")
        verbose_name_plural = _("questions of the form")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="question_choice_has_choices", condition=~models.Q(kind="choice") | ~models.Q(choices="")),
        ]

    def __str__(self) -> str:
        return self.text


class Product(models.Model):
    """A product or service that can be complained about."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    material = models.TextField(_("material"), max_length=2000, blank=True)
    material_en = models.TextField(_("material, in English"), max_length=2000, blank=True)
    storage = models.TextField(_("storage"), max_length=2000, blank=True)
    storage_en = models.TextField(_("storage, in English"), max_length=2000, blank=True)
    right_use = models.TextField(_("right use"), max_length=4000, blank=True)
    right_use_en = models.TextField(_("right use, in English"), max_length=4000, blank=True)
    known_faults = models.TextField(_("known faults"), max_length=4000, blank=True)
    known_faults_en = models.TextField(_("known faults, in English"), max_length=4000, blank=True)
    public = models.BooleanField(_("has a public page"), default=False)
    active = models.BooleanField(_("in use"), default=True)
    history = History()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def named(self) -> str:
        """The name in the reader's language, or the one there is."""
        return self._said("name")

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is known about it, with its heading, in the reader's language; what nobody wrote is left out."""
        headings = {
            "material": _("material"),
            "storage": _("storage"),
            "right_use": _("right use"),
            "known_faults": _("known faults"),
        }
        said = [(str(heading), self._said(column)) for column, heading in headings.items()]
        return [(heading, text) for heading, text in said if text]

    def _said(self, column: str) -> str:
        english: str = getattr(self, f"{column}_en") if get_language() == "en" else ""
        return english or getattr(self, column)


class WordToAvoid(models.Model):
    """Words that blame or argue. They are marked before a message to a customer is sent (step 1)."""

    text = models.CharField(_("words"), max_length=60, unique=True)
    instead = models.CharField(_("say instead"), max_length=200, blank=True)
    history = History()

    class Meta:
        verbose_name = _("word to avoid")
        verbose_name_plural = _("words to avoid")
        default_permissions = ()

    def __str__(self) -> str:
        return self.text
