"""The back-office site: unfold's look, our own first page."""

from unfold.sites import UnfoldAdminSite


class BackOffice(UnfoldAdminSite):
    """Every employee signs in here; what each sees follows from their role."""
