"""What several tests of time begin with."""

from datetime import datetime

import pytest

from complaints.workflow import Step
from tests.factories.cases import Office, Walk


@pytest.fixture
def office(db: None) -> Office:
    return Office.found()


@pytest.fixture
def walk(office: Office, now: datetime) -> Walk:
    """A case at the investigation, with its investigator."""
    walk = Walk(office, now)
    walk.to(Step.INVESTIGATE)
    return walk
