"""What all forms of acts share: the case, the person, what the form was made from, rows that repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint, Measure, Product, Standard, WordToAvoid
from complaints.permissions import scope_of
from complaints.queries.blame import words_that_blame
from complaints.queries.cost import reckoned, record_in
from complaints.queries.tables import Tables, tables_for
from complaints.queries.whole_file import SETS, WholeFile
from complaints.value import Cost
from staff.forms.fields import Tick, offer_rows
from staff.models import Clause, Department, User
from staff.roles import PERMISSIONS, Role

#: So many names the page offers; any other employee is entered by number.
NAMES_OFFERED = 200


class Offers:
    """What the forms of one page offer to choose from; each list is read once, and only when a form asks for it."""

    def __init__(self, case: Complaint, by: User, on_file: WholeFile | None = None) -> None:
        self.case, self.by, self.on_file = case, by, on_file

    def rows(self, name: str, *order: str) -> list[Any]:
        """Rows of the case: those the page has read already, else read now."""
        if self.on_file is not None:
            return sorted(getattr(self.on_file, name), key=lambda row: tuple(getattr(row, column) for column in order))
        model, path = SETS[name]
        return list(model._default_manager.filter(**{path: self.case}).order_by(*order))

    @cached_property
    def recused(self) -> set[int]:
        return {recusal.user_id for recusal in self.rows("recusals", "pk")}

    @cached_property
    def carries_out(self) -> User | None:
        """Who is proposed for what is promised: the reader; who may not carry out anything, somebody of the unit that answers for this kind."""
        if self.by.has_perm("complaints.fulfil"):
            return self.by
        unit = self.case.handling_department_id or (self.case.category and self.case.category.department_id)
        theirs = User.objects.active().filter(memberships__department=unit, memberships__to_on=None, memberships__role=Role.INVESTIGATOR)
        return theirs.order_by("pk").first() if unit else None

    @cached_property
    def departments(self) -> list[Department]:
        return list(Department.objects.active().order_by("path"))

    @cached_property
    def categories(self) -> list[Category]:
        return list(Category.objects.filter(active=True).select_related("parent").order_by("name"))

    @cached_property
    def products(self) -> list[Product]:
        return list(Product.objects.filter(active=True).order_by("name"))

    @cached_property
    def standards(self) -> list[Standard]:
        """Measurable standards that can apply to the case, in force on the day of the event."""
        return self.tables.standards

    @cached_property
    def tables(self) -> Tables:
        """What a decision rests on: standards, rates, authorities, budget."""
        return tables_for(self.case, timezone.localdate())

    @cached_property
    def payers(self) -> list[Department]:
        """Whose budget a settlement on the spot may draw on: that of who answers for the case, and one's own."""
        answers = self.case.handling_department_id or (self.case.category.department_id if self.case.category is not None else None)
        own = scope_of(self.by).departments | {answers}
        return [department for department in self.departments if department.pk in own]

    @cached_property
    def cost(self) -> Cost:
        """What complaining has cost the customer so far, by the record and their own word."""
        record = record_in(
            self.case,
            messages=self.rows("messages", "pk"),
            attachments=self.rows("attachments", "pk"),
            apologies=self.rows("apologies", "pk"),
            corrections=self.rows("cost_corrections", "pk"),
        )
        return reckoned(self.tables.rates, record)

    @cached_property
    def clauses(self) -> list[Clause]:
        return list(Clause.objects.filter(version__in_force_to=None).select_related("version__document").order_by("version", "number"))

    @cached_property
    def measures(self) -> list[Measure]:
        return list(Measure.objects.filter(active=True))

    @cached_property
    def colleagues(self) -> list[User]:
        """Members of the department the case is with, the person itself and the recused left out."""
        return self.members_of(self.case.department_id)

    def members_of(self, department: int) -> list[User]:
        handles = [role for role in Role if "claim" in PERMISSIONS[role]]
        here = Q(memberships__department=department, memberships__to_on=None, memberships__role__in=handles)
        found = User.objects.active().filter(here).exclude(pk__in=self.recused).distinct().order_by("name")
        return list(found[:NAMES_OFFERED])

    @cached_property
    def people(self) -> list[User]:
        """Names offered where any employee can be entered; never who is named in the case."""
        return list(User.objects.active().exclude(pk__in=self.recused).order_by("name", "employee_number")[:NAMES_OFFERED])


class RowForm(forms.Form):
    """One of several rows."""

    def __init__(self, *args: Any, offers: Offers, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offers = offers
        self.label_suffix = ""
        self.offer()

    def offer(self) -> None:
        """Fill the selects; overridden where there are any."""


@dataclass(frozen=True)
class Rows:
    """A group of repeated rows of a form."""

    name: str
    title: str | Promise
    form: type[RowForm]
    help: str | Promise = ""
    extra: int = 1
    most: int = 20
    least: int = 0
    fixed: bool = False  # one row per thing already on file; none can be added


class RowSet(BaseFormSet):
    """The repeated rows of one group."""

    about: Rows


@dataclass(frozen=True)
class Part:
    """Fields that belong together, under a title of their own."""

    title: str | Promise
    names: tuple[str, ...]
    help: str | Promise = ""


class ActForm(forms.Form):
    """The form of one act. `seen` is the number of the last record the person saw; the service refuses when there is a newer one."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)
    rows: tuple[Rows, ...] = ()
    #: Shown below the rows; fields that are in none stand above them.
    parts: tuple[Part, ...] = ()
    upload = False

    def __init__(self, *args: Any, case: Complaint, by: User, offers: Offers | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case, self.by = case, by
        self.offers = offers or Offers(case, by)
        self.label_suffix = ""
        self.offer()
        self.groups = {rows.name: self._formset(rows) for rows in self.rows}

    def offer(self) -> None:
        """Fill selects and what is known already; overridden where there is any."""

    @property
    def loose_fields(self) -> list[forms.BoundField]:
        inside = {name for part in self.parts for name in part.names}
        return [field for field in self.visible_fields() if field.name not in inside]

    @property
    def fields_by_part(self) -> list[tuple[Part, list[forms.BoundField]]]:
        """The fields of each part that the form still has."""
        found = [(part, [self[name] for name in part.names if name in self.fields]) for part in self.parts]
        return [(part, fields) for part, fields in found if fields]

    def first_rows(self, name: str) -> list[dict[str, Any]]:
        """What the rows of a group start with."""
        return []

    def _formset(self, rows: Rows) -> RowSet:
        start = self.first_rows(rows.name)
        extra = 0 if rows.fixed else max(rows.extra - len(start), 1 if rows.most > len(start) else 0)
        made = formset_factory(rows.form, formset=RowSet, extra=extra, max_num=rows.most, absolute_max=rows.most, validate_max=True)
        formset = cast(
            "RowSet",
            made(
                self.data if self.is_bound else None,
                prefix=rows.name,
                initial=start,
                auto_id=str(self.auto_id),
                form_kwargs={"offers": self.offers},
            ),
        )
        formset.about = rows
        return formset

    def is_valid(self) -> bool:
        groups = [group.is_valid() for group in self.groups.values()]
        return super().is_valid() and all(groups)

    def clean(self) -> dict[str, Any]:
        for rows in self.rows:
            if rows.least and len(self.filled(rows.name)) < rows.least and self.groups[rows.name].is_valid():
                self.add_error(
                    None, ValidationError(_("“%(rows)s”: at least %(least)s needed."), params={"rows": rows.title, "least": rows.least})
                )
        return self.cleaned_data

    def filled(self, name: str) -> list[dict[str, Any]]:
        """The rows somebody filled in."""
        group = self.groups[name]
        keep = group.about.fixed
        return [row.cleaned_data for row in group.forms if row.is_valid() and row.cleaned_data and (keep or row.has_changed())]

    def pick(self, name: str, rows: Iterable[Any], label: Callable[[Any], object] = str) -> None:
        """Fill the select `name`."""
        offer_rows(self.fields[name], rows, label)


class WatchesWords(ActForm):
    """Text that goes to a customer: words that blame or argue are marked, and sent only when the person says so."""

    watched = "text"
    send_anyway = Tick(label=_("Send it with these words anyway"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.marked: list[WordToAvoid] = []
        self.fields["send_anyway"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        text = cleaned.get(self.watched, "")
        self.marked = words_that_blame(text, self.case) if text else []
        if self.marked:
            self.fields["send_anyway"].widget = type(self).base_fields["send_anyway"].widget
        if self.marked and not cleaned.get("send_anyway"):
            self.add_error(self.watched, _("These words may sound like blame: %(words)s") % {"words": "; ".join(self._advice())})
        return cleaned

    def _advice(self) -> list[str]:
        better = _("“%(word)s”, better “%(instead)s”")
        plain = _("“%(word)s”")
        return [str((better if word.instead else plain) % {"word": word.text, "instead": word.instead}) for word in self.marked]
