"""Placeholders by an allow-list: what is not on it is text, and what was put in is not looked at again (C7)."""

import pytest

from complaints.placeholders import NAMES, fill, unknown_in, used_in

EVIL = (
    "{{ settings.SECRET_KEY }}",
    "{% include 'messages/base.html' %}",
    "{0.__class__}",
    "%(x)s",
    "{name.__class__}",
    "{{7*7}}",
    "${7*7}",
    "{!r}",
)


@pytest.mark.parametrize("evil", EVIL)
def test_c7_what_looks_like_a_template_stays_as_it_is(evil: str) -> None:
    assert fill(f"before {evil} after", {"name": "Wang"}) == f"before {evil} after"


@pytest.mark.parametrize("evil", EVIL)
def test_c7_a_value_is_never_a_template(evil: str) -> None:
    assert fill("Dear {name}", {"name": evil}) == f"Dear {evil}"


def test_c7_a_value_that_names_a_placeholder_is_not_replaced_again() -> None:
    assert fill("{name} {number}", {"name": "{number}{投诉编号}", "number": "260302-F2T7H"}) == "{number}{投诉编号} 260302-F2T7H"


def test_both_names_of_a_placeholder_give_its_value() -> None:
    for english, chinese in NAMES.items():
        assert fill(f"{{{english}}}/{{{chinese}}}", {english: "x"}) == "x/x"


def test_one_without_a_value_leaves_nothing() -> None:
    assert fill("by {due}.", {}) == "by ."


def test_what_a_text_uses_and_what_it_means_and_misses() -> None:
    assert used_in("{name} {投诉编号} {unknown}") == {"name", "number"}
    assert unknown_in("{name} {unknown} {顾客}") == ["{unknown}", "{顾客}"]
