"""QTI: keys are those that an item names and its own rules confirm; what cannot be read is said; nothing reaches out of the file."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from question_bank.formats.exchange import Imported, NotThisFormat, Outcome, Question
from question_bank.formats.registry import readers, sniff
from question_bank.items.multiple_choice import MultipleChoice
from question_bank.items.single_choice import SingleChoice

Read = Callable[..., Imported | NotThisFormat]
CORRECT = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
MAPPED = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>'
ABC = {"A": "một", "B": "hai", "C": "ba"}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP8z4APMOGVHbHSAEEsAROxCnMTAAAAAElFTkSuQmCC"
)


def item(declared: str, body: str, rules: str = CORRECT, more: str = "", attributes: str = "") -> str:
    outcome = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
    return (
        f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="Câu" {attributes}>{declared}{outcome}{more}'
        f"<itemBody>{body}</itemBody>{rules}</assessmentItem>"
    )


def response(*correct: str, cardinality: str = "single", base: str = "identifier", mapping: str = "") -> str:
    values = "".join(f"<value>{one}</value>" for one in correct)
    named = f"<correctResponse>{values}</correctResponse>" if correct else ""
    return f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">{named}{mapping}</responseDeclaration>'


def mapping(earned: dict[str, object], **bounds: object) -> str:
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in earned.items())
    said = "".join(f' {name}="{value}"' for name, value in bounds.items())
    return f"<mapping{said}>{entries}</mapping>"


def choice(options: dict[str, str], most: int = 1) -> str:
    inner = "".join(f'<simpleChoice identifier="{key}">{text}</simpleChoice>' for key, text in options.items())
    return f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="{most}"><prompt>Hỏi?</prompt>{inner}</choiceInteraction>'


def rules(*inner: str) -> str:
    return f"<responseProcessing>{''.join(inner)}</responseProcessing>"


def earns(condition: str, marks: object) -> str:
    given = f'<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{marks}</baseValue></setOutcomeValue>'
    return f"<responseCondition><responseIf>{condition}{given}</responseIf></responseCondition>"


def matches(value: str, base: str = "identifier") -> str:
    return f'<match><variable identifier="RESPONSE"/><baseValue baseType="{base}">{value}</baseValue></match>'


def package(**members: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def only(found: Imported | NotThisFormat) -> Question:
    assert isinstance(found, Imported), found
    [question] = found.questions
    return question


def codes(question: Question) -> list[str]:
    return [notice.code for notice in question.review]


@pytest.mark.parametrize("file", ["documented-2.1.zip", "documented-3.0.zip", "alone-2.2.xml", "test-alone.xml"])
def test_the_documented_files_are_read_as_they_always_were(
    import_vector: Callable[[str, str], tuple[Any, Any, Any]], file: str
) -> None:
    _, summary, golden = import_vector("qti", file)
    assert summary == golden


def test_every_item_of_a_package_is_accounted_for(import_vector: Callable[[str, str], tuple[Any, Any, Any]]) -> None:
    found, _, _ = import_vector("qti", "documented-2.1.zip")
    assert {outcome.value: found.count(outcome) for outcome in Outcome} == {
        "imported": 21,
        "needs_review": 8,
        "rejected": 6,
    }
    assert [one.where.partition(":")[0] for one in found.questions[:4]] == [
        "items/thu-tu.xml",
        "items/mot.xml",
        "items/so.xml",
        "items/khong-co.xml",
    ]


def test_items_that_name_one_stimulus_share_it(import_vector: Callable[[str, str], tuple[Any, Any, Any]]) -> None:
    found, _, _ = import_vector("qti", "documented-3.0.zip")
    [stimulus] = found.stimuli
    assert (stimulus.id, stimulus.title) == ("chuyen", "Chuyện con cá sấu")
    assert "{{picture:" in stimulus.text
    assert [one.item.common.stimulus for one in found.questions] == ["chuyen", "chuyen", ""]
    [section] = import_vector("qti", "documented-2.1.zip")[0].stimuli
    assert (section.title, section.text) == ("Phần một", "Đọc kỹ {{i:bảng}} rồi trả lời.")


def test_a_version_makes_no_difference(read_text: Read) -> None:
    old = item(response("B"), choice(ABC))
    new = (
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i1" title="Câu">'
        '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">'
        "<qti-correct-response><qti-value>B</qti-value></qti-correct-response></qti-response-declaration>"
        '<qti-item-body><qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1"><qti-prompt>Hỏi?</qti-prompt>'
        + "".join(f'<qti-simple-choice identifier="{key}">{text}</qti-simple-choice>' for key, text in ABC.items())
        + "</qti-choice-interaction></qti-item-body>"
        '<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/></qti-assessment-item>'
    )
    one, other = (only(read_text("qti", text)) for text in (old, new))
    assert one.item == other.item
    assert one.outcome is other.outcome is Outcome.READY


# --- keys -------------------------------------------------------------------------------------------------------------


def test_rules_written_out_are_tried_with_every_option(read_text: Read) -> None:
    question = only(read_text("qti", item(response(), choice(ABC), rules(earns(matches("C"), 1)))))
    assert isinstance(question.item, SingleChoice)
    assert question.item.key == ("C",)
    assert question.outcome is Outcome.READY


@pytest.mark.parametrize(
    ("declared", "processing", "code", "key"),
    [
        (response("A"), rules(earns(matches("B"), 1)), "key_conflict", ("A",)),
        (response(), CORRECT, "no_key", ()),
        (response(), "", "no_key", ()),
        (
            response("A"),
            rules('<setOutcomeValue identifier="SCORE"><customOperator class="x"/></setOutcomeValue>'),
            "rule_unknown",
            ("A",),
        ),
        (response("A"), '<responseProcessing template="http://example.org/own"/>', "rule_unknown", ("A",)),
        (response("A"), rules(earns(matches("A"), 2), earns(matches("B"), 1)), "partial_lost", ("A",)),
        (
            response("A"),
            rules('<setOutcomeValue identifier="SCORE"><randomFloat min="0" max="1"/></setOutcomeValue>'),
            "rule_unknown",
            ("A",),
        ),
    ],
)
def test_a_doubtful_key_is_looked_at(
    read_text: Read, declared: str, processing: str, code: str, key: tuple[str, ...]
) -> None:
    question = only(read_text("qti", item(declared, choice(ABC), processing)))
    assert code in codes(question)
    assert isinstance(question.item, SingleChoice)
    assert question.item.key == key


def test_two_options_that_earn_all_marks_leave_no_single_key(read_text: Read) -> None:
    question = only(
        read_text("qti", item(response("A"), choice(ABC), rules(earns(matches("A"), 1), earns(matches("B"), 1))))
    )
    assert question.outcome is Outcome.REVIEW


def test_no_rules_at_all_leave_the_right_response_as_the_key(read_text: Read) -> None:
    assert only(read_text("qti", item(response("B"), choice(ABC), ""))).outcome is Outcome.READY


@pytest.mark.parametrize(("cardinality", "most"), [("single", 1), ("multiple", 0)])
def test_a_right_response_that_is_no_option_is_looked_at(read_text: Read, cardinality: str, most: int) -> None:
    found = read_text("qti", item(response("A", "Z", cardinality=cardinality), choice(ABC, most), rules=""))
    assert isinstance(found, Imported)
    assert [notice.code for notice in found.questions[0].review] == ["key_unreadable"]


def test_a_mapping_becomes_weights_when_adding_them_up_is_the_same(read_text: Read) -> None:
    earned = mapping({"A": 1, "B": 1}, defaultValue=-1, lowerBound=0, upperBound=2)
    question = only(
        read_text("qti", item(response("A", "B", cardinality="multiple", mapping=earned), choice(ABC, 0), MAPPED))
    )
    assert isinstance(question.item, MultipleChoice)
    assert question.item.key == ("A", "B")
    assert {label: str(weight) for label, weight in question.item.weights.items()} == {"A": "50", "B": "50", "C": "-50"}


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ('<equal toleranceMode="absolute" tolerance="0.5 0.5"><correct identifier="RESPONSE"/><variable identifier="RESPONSE"/></equal>', [{"value": "10", "tolerance": "0.5"}]),
        ('<equal toleranceMode="absolute" tolerance="0 1"><correct identifier="RESPONSE"/><variable identifier="RESPONSE"/></equal>', [{"value": "10.5", "tolerance": "0.5"}]),
        ('<equal toleranceMode="relative" tolerance="10"><correct identifier="RESPONSE"/><variable identifier="RESPONSE"/></equal>', [{"value": "10", "tolerance": "1"}]),
        ('<equal toleranceMode="exact"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal>', [{"value": "10"}]),
        ('<and><gte><variable identifier="RESPONSE"/><baseValue baseType="float">9</baseValue></gte><lte><variable identifier="RESPONSE"/><baseValue baseType="float">12</baseValue></lte></and>',
         [{"value": "10.5", "tolerance": "1.5"}]),
    ],
)  # fmt: skip
def test_tolerances_are_where_the_marks_end(read_text: Read, text: str, answers: list[dict[str, str]]) -> None:
    body = '<p>Bao nhiêu?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    question = only(read_text("qti", item(response("10", base="float"), body, rules(earns(text, 1)))))
    assert question.item is not None, question.review
    assert question.item.own_fields() == {"answers": answers}
    assert question.outcome is Outcome.READY


def test_numbers_without_an_end_are_looked_at(read_text: Read) -> None:
    more = '<gt><variable identifier="RESPONSE"/><baseValue baseType="float">5</baseValue></gt>'
    body = '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p><p>Lớn hơn 5?</p>'
    assert codes(only(read_text("qti", item(response("10", base="float"), body, rules(earns(more, 1)))))) == [
        "rule_unknown"
    ]


def test_case_counts_where_the_rules_say_so(read_text: Read) -> None:
    body = '<p>Là gì? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    folded = '<stringMatch caseSensitive="false"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></stringMatch>'
    exact = only(read_text("qti", item(response("IPv6", base="string"), body)))
    loose = only(read_text("qti", item(response("IPv6", base="string"), body, rules(earns(folded, 1)))))
    assert exact.item is not None
    assert loose.item is not None
    assert exact.item.own_fields() == {"answers": [{"text": "IPv6"}], "compare": {"case": "exact"}}
    assert loose.item.own_fields() == {"answers": [{"text": "IPv6"}]}


def test_a_rule_that_works_for_ever_counts_as_not_understood(read_text: Read) -> None:
    long = "<sum>" + '<variable identifier="SCORE"/>' * 30_000 + "</sum>"
    question = only(
        read_text(
            "qti",
            item(response("A"), choice(ABC), rules(f'<setOutcomeValue identifier="SCORE">{long}</setOutcomeValue>')),
        )
    )
    assert codes(question) == ["rule_unknown"]


# --- what becomes of it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (item(response(base="file"), '<uploadInteraction responseIdentifier="RESPONSE"/>'), "files"),
        (item(response(base="file"), '<drawingInteraction responseIdentifier="RESPONSE"/>'), "unsupported"),
        (item(response(), '<customInteraction responseIdentifier="RESPONSE"/>'), "unsupported"),
        (item(response("A"), "<p>Không hỏi gì.</p>"), "no_interaction"),
        (item(response("A"), choice(ABC), more='<templateDeclaration identifier="X"/>'), "template"),
        (item(response("A"), choice({str(n): str(n) for n in range(11)})), "too_many_options"),
        (item("", choice(ABC)), "no_declaration"),
        (
            item(
                response("A"),
                f'<feedbackBlock outcomeIdentifier="X" identifier="x">{choice(ABC)}</feedbackBlock>',
                attributes='adaptive="true"',
            ),
            "adaptive",
        ),
    ],
)
def test_what_has_no_counterpart_is_rejected_with_its_reason(read_text: Read, text: str, code: str) -> None:
    question = only(read_text("qti", text))
    assert (question.outcome, codes(question)) == (Outcome.REJECTED, [code])


def test_an_item_that_asks_several_things_becomes_a_question_for_each(read_text: Read) -> None:
    second = '<responseDeclaration identifier="R2" cardinality="single" baseType="string"/>'
    essay = '<div><p>Vì sao?</p><extendedTextInteraction responseIdentifier="R2"/></div>'
    found = read_text(
        "qti", item(response("B") + second, "<p>Đọc bài.</p>" + choice(ABC) + essay, rules(earns(matches("B"), 1)))
    )
    assert isinstance(found, Imported)
    one, other = found.questions
    assert one.item is not None
    assert other.item is not None
    assert [(one.item.NAME, one.item.common.stem), (other.item.NAME, other.item.common.stem)] == [
        ("single_choice", "Hỏi?"),
        ("essay", "Vì sao?"),
    ]
    assert [one.outcome, other.outcome] == [Outcome.READY, Outcome.READY]
    [shared] = found.stimuli
    assert shared.text == "Đọc bài."
    assert {one.item.common.stimulus, other.item.common.stimulus} == {shared.id}
    assert len({one.item.id, other.item.id}) == 2


def test_an_adaptive_item_that_only_helps_is_looked_at(read_text: Read) -> None:
    hint = '<endAttemptInteraction responseIdentifier="HINT" title="Gợi ý"/>'
    more = '<responseDeclaration identifier="HINT" cardinality="single" baseType="boolean"/>'
    question = only(
        read_text(
            "qti",
            item(response("A") + more, choice(ABC) + hint, rules(earns(matches("A"), 1)), attributes='adaptive="true"'),
        )
    )
    assert codes(question) == ["adaptive"]


# --- what a file may do to the machine --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "declared",
    ['<!DOCTYPE assessmentItem [<!ENTITY a "b">]>', '<!DOCTYPE assessmentItem SYSTEM "file:///etc/passwd">',
     '<!DOCTYPE assessmentItem [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'],
)  # fmt: skip
def test_a_document_type_is_refused(read_text: Read, declared: str) -> None:
    text = declared + item(response("A"), choice(ABC))
    found = read_text("qti", text)
    assert isinstance(found, NotThisFormat)
    assert found.notice.code == "bad_xml"
    inside = read_text("qti", package(**{"a.xml": text, "b.xml": item(response("A"), choice(ABC))}))
    assert isinstance(inside, Imported)
    assert [question.outcome for question in inside.questions] == [Outcome.REJECTED, Outcome.READY]


@pytest.mark.parametrize("name", ["../x.xml", "/etc/x.xml", "a\\b.xml", "c:x.xml"])
def test_names_that_lead_out_of_a_package_refuse_it(read_text: Read, name: str) -> None:
    found = read_text("qti", package(**{"imsmanifest.xml": "<manifest/>", name: "x"}))
    assert isinstance(found, NotThisFormat)
    assert found.notice.code == "bad_zip"


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "//host/x.png", "/etc/passwd", "../../x.png", "..%2f..%2fx.png"],
)
def test_nothing_outside_a_package_is_opened(read_text: Read, address: str) -> None:
    text = item(response("A"), f'<p><img src="{address}" alt="x"/></p>' + choice(ABC))
    question = only(read_text("qti", package(**{"items/a.xml": text})))
    assert codes(question) == ["no_file"]


@pytest.mark.parametrize("address", ["../hinh.png", "..%2fhinh.png", "../../hinh.png", "/hinh.png", "..\\hinh.png"])
def test_an_address_that_leads_out_of_a_package_finds_nothing_inside_it(read_text: Read, address: str) -> None:
    text = item(response("A"), f'<p><img src="{address}" alt="x"/></p>' + choice(ABC))
    for written, said in ((text, ["no_file"]), (text.replace(address, "hinh.png"), [])):
        members: dict[str, str | bytes] = {"a.xml": written, "hinh.png": PIXEL}
        assert codes(only(read_text("qti", package(**members)))) == said


def test_two_parts_of_one_name_and_links_are_refused(read_text: Read) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.xml", item(response("A"), choice(ABC)))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.xml", item(response("B"), choice(ABC)))
    twice = read_text("qti", made.getvalue())
    link = zipfile.ZipInfo("b.xml")
    link.external_attr = 0o120777 << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.xml", item(response("A"), choice(ABC)))
        archive.writestr(link, "/etc/passwd")
    for found in (
        twice,
        read_text("qti", made.getvalue()),
        read_text("qti", package(**{".. /a.xml": "", "b.xml": ""})),
    ):
        assert isinstance(found, NotThisFormat)
        assert found.notice.code == "bad_zip"


def test_a_bomb_is_refused(read_text: Read) -> None:
    members: dict[str, str | bytes] = {"imsmanifest.xml": "<manifest/>", "a.xml": b" " * (64 << 20)}
    found = read_text("qti", package(**members))
    assert isinstance(found, NotThisFormat)


def test_documents_include_each_other_only_so_often(read_text: Read) -> None:
    ring = '<div xmlns:xi="http://www.w3.org/2001/XInclude"><p>Vòng</p><xi:include href="b.xml"/><xi:include href="b.xml"/></div>'
    text = item(
        response("A"), '<div xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="b.xml"/></div>' + choice(ABC)
    )
    question = only(read_text("qti", package(**{"a.xml": text, "b.xml": ring})))
    assert codes(question) == ["no_file"]


def test_deep_nesting_and_scripts_do_no_harm(read_text: Read) -> None:
    assert isinstance(
        read_text("qti", item(response("A"), "<div>" * 150 + "</div>" * 150 + choice(ABC))), NotThisFormat
    )
    question = only(read_text("qti", item(response("A"), '<p onclick="x()">a<script>b</script></p>' + choice(ABC))))
    assert codes(question) == ["runs"]
    assert question.item is not None
    assert "script" not in question.item.common.stem


def test_old_versions_and_other_files_are_told_apart(read_text: Read) -> None:
    found = read_text("qti", "<questestinterop/>")
    assert isinstance(found, NotThisFormat)
    assert found.notice.code == "old_version"
    assert sniff(item(response("A"), choice(ABC)).encode(), "a.xml") == ("qti",)
    assert sniff(package(**{"a.xml": item(response("A"), choice(ABC))}), "a.zip") == ("qti",)
    assert not readers()["qti"].looks_like(package(**{"[Content_Types].xml": "", "word/document.xml": ""}), "a.docx")
    assert not readers()["qti"].looks_like(b"<quiz><question type='essay'/></quiz>", "a.xml")


def two_fields(*conditions: str) -> str:
    """Two fields that take any of three names, and what else the rules ask of them."""
    names = mapping({"Lào Cai": 1, "Hà Giang": 1, "Cao Bằng": 1}, defaultValue=0)
    fields = "".join(
        f'<responseDeclaration identifier="R{n}" cardinality="single" baseType="string">{names}</responseDeclaration>'
        for n in (1, 2)
    )
    given = [
        f'<responseCondition><responseIf>{condition}<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>'
        f'<mapResponse identifier="R{n}"/></sum></setOutcomeValue></responseIf></responseCondition>'
        for n, condition in enumerate(conditions, 1)
    ]
    body = '<p>Hai tỉnh: <textEntryInteraction responseIdentifier="R1"/> và <textEntryInteraction responseIdentifier="R2"/></p>'
    return item(fields, body, rules(*given))


def answered(n: int) -> str:
    return f'<not><isNull><variable identifier="R{n}"/></isNull></not>'


OTHER = '<not><match><variable identifier="R1"/><variable identifier="R2"/></match></not>'


def test_a_gap_whose_marks_hang_on_another_gap_is_looked_at(read_text: Read) -> None:
    free = only(read_text("qti", two_fields(answered(1), answered(2))))
    assert free.outcome is Outcome.READY
    bound = only(read_text("qti", two_fields(f"<and>{answered(1)}{OTHER}</and>", answered(2))))
    assert codes(bound) == ["hangs_on_others"]


def test_parts_that_count_only_together_are_ready_and_that_is_noted(read_text: Read) -> None:
    declared = response("A") + response("B").replace("RESPONSE", "SECOND")
    second = choice(ABC).replace("RESPONSE", "SECOND")
    right = '<match><variable identifier="{0}"/><correct identifier="{0}"/></match>'
    both = f"<and>{right.format('RESPONSE')}{right.format('SECOND')}</and>"
    found = read_text("qti", item(declared, f"<div>{choice(ABC)}</div><div>{second}</div>", rules(earns(both, 1))))
    assert isinstance(found, Imported)
    assert [question.outcome for question in found.questions] == [Outcome.READY, Outcome.READY]
    assert all("marked_together" in {notice.code for notice in one.notices} for one in found.questions)


def test_pairs_that_are_called_identifiers_are_pairs(read_text: Read) -> None:
    sides = "".join(
        "<simpleMatchSet>"
        + "".join(
            f'<simpleAssociableChoice identifier="{side}{n}" matchMax="1">{side} {n}</simpleAssociableChoice>'
            for n in (1, 2)
        )
        + "</simpleMatchSet>"
        for side in "XY"
    )
    body = f'<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="2"><prompt>Nối</prompt>{sides}</matchInteraction>'
    declared = response("X1 Y2", "X2 Y1", cardinality="multiple", mapping=mapping({"X1 Y2": 1, "X2 Y1": 1}))
    question = only(read_text("qti", item(declared, body, MAPPED)))
    assert question.outcome is Outcome.READY
    assert question.item is not None
    assert question.item.own_fields()["pairs"] == {"1": "B", "2": "A"}
