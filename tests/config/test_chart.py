"""The chart in docs/ is the chart of the code."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from complaints.models.lifecycle import transitions
from config.management.commands import chart


def test_the_chart_in_docs_is_what_the_code_says() -> None:
    call_command("chart", check=True)


def test_a_stale_chart_is_found_and_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = tmp_path / "ten-steps.md"
    stale.write_text("eleven steps", encoding="utf-8")
    monkeypatch.setattr(chart, "PLACE", stale)
    monkeypatch.setattr(chart, "BASE", tmp_path)
    with pytest.raises(CommandError, match=r"Run: manage\.py chart"):
        call_command("chart", check=True)
    call_command("chart")
    call_command("chart", check=True)


def test_every_act_has_its_row_with_somebody_who_may_do_it() -> None:
    rows = {
        row.split("`")[1]: [cell.strip() for cell in row.strip("|").split("|")]
        for row in chart.chart().splitlines()
        if row.startswith("| `")
    }
    assert set(rows) == set(transitions())
    assert [name for name, cells in rows.items() if len(cells) != 6 or not all(cells)] == []
