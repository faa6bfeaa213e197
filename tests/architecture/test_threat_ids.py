"""The threat list and the tests agree: each case the first form must withstand has a test, and the page in docs/ says where."""

import ast

import pytest

from tests import threats


@pytest.mark.parametrize("case", threats.REQUIRED)
def test_case_has_a_test(case: str) -> None:
    assert threats.covered().get(case), f"no test bears {case}: {threats.CASES[case]}"


def test_page_is_true() -> None:
    found = threats.covered()
    named = threats.rows_in(threats.PLACE.read_text(encoding="utf-8"))
    assert set(named) >= set(threats.REQUIRED)
    assert {case: sorted(files - found.get(case, set())) for case, files in named.items() if not files <= found.get(case, set())} == {}


def test_ids_are_read_from_names_and_docstrings() -> None:
    module = (
        '"""E9: a module."""\ndef test_f7_f11_twice() -> None:\n    """Also (G1)."""\n    number = "E1"\ndef test_plain_a2() -> None: ...\n'
    )
    assert set(threats.borne_in(ast.parse(module))) == {"E9", "F7", "F11", "G1"}
