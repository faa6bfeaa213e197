"""The Chinese of pages, of the libraries that show words, and the check that finds what is missing."""

import re
from pathlib import Path

import polib
import pytest
import unfold
from django.utils import translation
from django.utils.translation import gettext

from config.catalogues import compile_catalogues, find_gaps
from config.places import BASE

CATALOGUES = sorted((BASE / "locale").rglob("*.po"))
SAID = re.compile(r"\{%\s*trans(?:late)?\s+(?:\"([^\"]+)\"|'([^']+)')")
#: Parts of unfold that we do not use.
UNUSED = re.compile(r"import_export|import_form|wysiwyg|trix")


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.relative_to(BASE).as_posix())
def test_everything_is_translated(catalogue: Path) -> None:
    assert list(find_gaps(catalogue)) == []


def test_frame_of_the_back_office_speaks_chinese() -> None:
    """Whatever a new version of unfold says in its templates must have Chinese: its own, Django's or ours."""
    templates = Path(str(unfold.__file__)).parent.rglob("templates/**/*.html")
    said = {
        first or second for path in templates if not UNUSED.search(str(path)) for first, second in SAID.findall(path.read_text("utf-8"))
    }
    with translation.override("zh-hans"):
        assert sorted(text for text in said if gettext(text) == text) == []


def test_ours_comes_before_the_libraries() -> None:
    with translation.override("zh-hans"):
        assert gettext("Type to search") == "输入文字搜索"
        assert gettext("Complaint number") == "投诉编号"
        assert gettext("Forgotten your password or username?") == "忘记密码？"
    with translation.override("en"):
        assert gettext("Complaint number") == "Complaint number"


def test_gaps_are_found(tmp_path: Path) -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Send"))
    catalogue.append(polib.POEntry(msgid="By %(day)s", msgstr="之前"))
    catalogue.append(polib.POEntry(msgid="Back", msgstr="返回", flags=["fuzzy"]))
    catalogue.append(polib.POEntry(msgid="Due", msgstr="到期"))
    catalogue.save(str(tmp_path / "django.po"))
    assert [gap.split(":")[0] for gap in find_gaps(tmp_path / "django.po")] == ["not translated", "other placeholders", "fuzzy"]
    assert compile_catalogues(tmp_path) == [tmp_path / "django.mo"]
