"""Gaps of imported texts have the names that the file gives them, and nothing else of the text is taken for a gap."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from question_bank.formats.exchange import Imported, NotThisFormat

Read = Callable[..., Imported | NotThisFormat]


def moodle(words: str) -> str:
    text = f"<p>{words} {{1:SA:=x}} {{1:SA:=y}}</p>"
    return (
        '<quiz><question type="cloze"><name><text>a</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext></question></quiz>'
    )


def qti(words: str) -> str:
    declared = "".join(
        f'<responseDeclaration identifier="{one}" cardinality="single" baseType="string"><correctResponse><value>x</value></correctResponse></responseDeclaration>'
        for one in "RS"
    )
    fields = " ".join(f'<textEntryInteraction responseIdentifier="{one}"/>' for one in "RS")
    return (
        f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="Câu">{declared}'
        f"<itemBody><p>{words} {fields}</p></itemBody></assessmentItem>"
    )


@pytest.mark.parametrize(("format_name", "file"), [("moodle", moodle), ("qti", qti)])
@pytest.mark.parametrize("tex", ["{{gap:9}}", "a{{gap:0}}", "{{gap:1}}"])
def test_braces_of_a_formula_are_no_gap(
    read_text: Read, format_name: str, file: Callable[[str], str], tex: str
) -> None:
    found = read_text(format_name, file(rf"\({tex}\)"))
    assert isinstance(found, Imported)
    [question] = found.questions
    assert question.item is not None
    assert question.item.common.stem == f"{{{{math:{tex}}}}} {{{{gap:1}}}} {{{{gap:2}}}}"
