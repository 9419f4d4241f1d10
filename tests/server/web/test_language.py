"""What a page says in the reader's language, where one word has two meanings or a number two ways of writing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from server.web.language import COOKIE
from server.web.layout import gigabytes


def test_a_word_that_means_something_else_in_a_question_has_the_halls_meaning_on_the_rooms_pages(
    someone: Callable[..., Any],
) -> None:
    page = someone("proctor").get("/console").get_data(as_text=True)
    assert '<option value="power">Nguồn điện</option>' in page
    assert "Số mũ" not in page  # what “Power” is in a formula


@pytest.mark.parametrize(("language", "written"), [("vi", "38,2"), ("en", "38.2")])
def test_gigabytes_are_written_as_the_reader_writes_them(app: Flask, language: str, written: str) -> None:
    with app.test_request_context(headers={"Cookie": f"{COOKIE}={language}"}):
        assert gigabytes(41_000_000_000) == written
