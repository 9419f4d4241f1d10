"""The PDFs of a form, made in memory: nothing of a paper touches the disk but the finished file."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path

import typst

from question_bank import canonical, front
from question_bank.canonical import JSON
from question_bank.form_document import Form
from question_bank.paper.pages import Picture, answers_page, key_page, paper_page, pictures, printed_items
from question_bank.paper.words import words
from question_bank.wording import Language, render, use_language

TEMPLATES = Path(__file__).resolve().parent.parent / "typst"
FONTS = front.PATH / "fonts-print"

_compile: Callable[..., bytes] = typst.compile  # takes a project of files by name too, which its stubs do not say

Media = Callable[[str], bytes]
"""The bytes of a file by its digest; KeyError when there is none."""


@dataclass(frozen=True, slots=True)
class Head:
    """Who issues the paper, as it stands at its top; either may be empty."""

    issuer: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class PaperForm:
    """The three PDFs of one form."""

    paper: bytes
    answers: bytes
    key: bytes


def paper_form(form: Form, media: Media, head: Head, language: Language) -> PaperForm:
    """Question paper, answer sheet and key sheet. Raises KeyError for a picture that is not there, and what `typst` raises."""

    def made() -> PaperForm:
        use_language(language)
        items = printed_items(form)
        common = _common(form, head, language)
        shown = {one.sha256: _as_svg(one, media(one.sha256)) for one in pictures(form)}
        key: dict[str, JSON] = {**common, "rows": key_page(items, render, language), "form_sha256": form.sha256(),
                                "package_id": form.package_id, "bank_sha256": form.bank_sha256}  # fmt: skip
        return PaperForm(
            _compiled("paper", {**common, **paper_page(form, items, render, language)}, shown),
            _compiled("answers", {**common, "answers": answers_page(items)}, {}),
            _compiled("key", key, {}),
        )

    return copy_context().run(made)


def _common(form: Form, head: Head, language: Language) -> dict[str, JSON]:
    texts: dict[str, JSON] = {name: render(text) for name, text in words(form).items()}
    return {
        "language": language,
        "text": texts,
        "title": form.title.in_language(language),
        "issuer": head.issuer,
        "body": head.body,
        "code": form.code,
        "set": form.set_name.value,
    }


def _as_svg(picture: Picture, data: bytes) -> bytes:
    """The picture as SVG, which is text: the typesetter takes no other files from memory."""
    if picture.media_type == "image/svg+xml":
        return data
    width, height = picture.width or 640, picture.height or 480
    inner = f"data:{picture.media_type};base64,{base64.b64encode(data).decode('ascii')}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="{inner}"/></svg>'
    ).encode("ascii")


def _compiled(name: str, page: Mapping[str, JSON], shown: Mapping[str, bytes]) -> bytes:
    """A template with its data and pictures; all files of the project are in memory."""
    files = {f"{part}.typ": (TEMPLATES / f"{part}.typ").read_bytes() for part in ("mathematics", "texts", "exam")}
    files["main.typ"] = (TEMPLATES / f"{name}.typ").read_bytes()
    files["page.json"] = canonical.encode(page)
    files |= {f"{sha256}.svg": data for sha256, data in shown.items()}
    return _compile(files, font_paths=[FONTS], ignore_system_fonts=True)
