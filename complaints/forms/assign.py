"""Step 4 and who handles the case at any step."""

from django.utils.translation import gettext_lazy as _

from complaints.forms.act import ActForm
from staff.forms.fields import Person, RowPick, Text


class AssignForm(ActForm):
    department = RowPick(
        label=_("Handling department"), help_text=_("Proposed from the table category → department; another needs a reason.")
    )
    handler = RowPick(label=_("Handler"), required=False, help_text=_("Leave empty: then a member of the department claims the case."))
    reason = Text(label=_("Reason"), rows=2, required=False)

    def offer(self) -> None:
        category = self.case.category
        self.pick("department", self.offers.departments)
        if category is not None:
            self.initial = {"department": category.department_id, **self.initial}
            self.pick("handler", self.offers.members_of(category.department_id))
        if (
            self.is_bound and str(self.data.get("department", "")).isdecimal() and len(self.data["department"]) < 10
        ):  # the people of the chosen one
            self.pick("handler", self.offers.members_of(int(self.data["department"])))


class ClaimForm(ActForm):
    """Nothing to fill in."""


class HandOverForm(ActForm):
    to = RowPick(label=_("To"), help_text=_("Members of the department who are not involved."))
    reason = Text(label=_("Reason"), rows=2)

    def offer(self) -> None:
        self.pick("to", [person for person in self.offers.colleagues if person.pk != self.case.handler_id])


class TakeOverForm(ActForm):
    reason = Text(label=_("Reason"), rows=2)


class TransferForm(ActForm):
    department = RowPick(label=_("To department"))
    reason = Text(label=_("Reason"), rows=2, help_text=_("Hand-overs are counted; the second one needs complaint management."))

    def offer(self) -> None:
        self.pick("department", [unit for unit in self.offers.departments if unit.pk != self.case.handling_department_id])


class NameEmployeeForm(ActForm):
    """Somebody turns out to be named in the complaint."""

    user = Person(label=_("Employee"), help_text=_("From now on this employee no longer sees the case."))


class NameUnitForm(ActForm):
    """A unit turns out to be what a report is about."""

    department = RowPick(label=_("Department"), help_text=_("From now on neither its members nor the heads above it see the report."))

    def offer(self) -> None:
        self.pick("department", self.offers.departments)
