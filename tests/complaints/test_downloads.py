"""One way to hand out a file, whoever asks for it."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.files.base import ContentFile
from django.http import Http404

from complaints.downloads import download_of


def a_file(name: str, content: Any) -> Any:
    return cast("Any", SimpleNamespace(pk=7, name=name, file=SimpleNamespace(open=content)))


@pytest.mark.parametrize(("name", "shown"), [("图.png\r\nX: 1", "X%3A%201"), ("a\x00b.txt", "ab.txt"), ("\x07", '"7"')])
def test_b1_is_never_shown_by_the_browser(name: str, shown: str) -> None:
    response = download_of(a_file(name, lambda _mode: ContentFile(b"<script>")))
    assert shown in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_file_that_is_gone_is_not_there() -> None:
    def gone(_mode: str) -> None:
        raise FileNotFoundError

    with pytest.raises(Http404):
        download_of(a_file("a.txt", gone))
