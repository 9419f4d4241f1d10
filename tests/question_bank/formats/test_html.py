"""HTML becomes our own constructs: what can be kept is kept, what runs is taken out, and time is linear in the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.content import Holds, Medium, parse, write
from question_bank.formats.drafts import Draft
from question_bank.formats.html import Html
from question_bank.formats.html_write import HtmlWriter


def read(source: str, holds: Holds = Holds.STEM, lines: bool = False) -> tuple[str, set[str], set[str]]:
    """The text, the codes of its reasons to review, the codes of its notices."""
    draft = Draft("x")

    def find(address: str, kind: str, label: str, _: Draft) -> Medium | None:
        return Medium(kind, address, label or "?")

    text = Html(draft, find, lines=lines).text(source, holds)
    assert parse(text)[1] == (), text
    return text, {code for code, _ in draft.review}, {code for code, _ in draft.notices}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("một &amp; hai", "một & hai"),
        ("<p>Một</p>\n<p>Hai</p>", "Một\n\nHai"),
        ("Một<br>Hai<br/>Ba", "Một\nHai\nBa"),
        ("<p>Một&nbsp;</p><p>&nbsp;</p><p>Hai</p>", "Một\n\nHai"),
        ("<b>đậm</b> <em>nghiêng</em> <u>gạch</u> H<sub>2</sub>O m<sup>2</sup>", "{{b:đậm}} {{i:nghiêng}} {{u:gạch}} H{{sub:2}}O m{{sup:2}}"),
        ('<span style="text-decoration: underline;">từ</span>', "{{u:từ}}"),
        ("<b><p>một</p><ul><li>hai</li></ul></b>", "{{b:một}}\n{{list:\nhai\n}}"),
        ("<ol><li>một<li>hai<ul><li>ba</ul></ol>", "{{numbered:\nmột\nhai {{list:\nba\n}}\n}}"),
        ("<table><tr><th>a<th>b<tr><td>1</table>", "{{table:\na | b\n1 | \n}}"),
        ("<table><tr><td>khung</td></tr></table>", "khung"),
        ("<pre>if x {\n  y\n}</pre>", "{{pre:\nif x \\{\n  y\n\\}\n}}"),
        ("<code>a || b</code>", "{{code:a \\|\\| b}}"),
        (r"Tính \(\frac{1}{2}\) và \[x^2\] và $$y$$", r"Tính {{math:\frac{1}{2}}} và {{formula:x^2}} và {{formula:y}}"),
        ("<math><mfrac><mn>1</mn><mi>x</mi></mfrac></math>", r"{{math:\frac{1}{x}}}"),
        ("<math><mover><mi>AB</mi><mo>→</mo></mover><mo>≤</mo><msqrt><mn>2</mn></msqrt></math>",
         r"{{math:\overrightarrow{\mathrm{AB}}\leq \sqrt{2}}}"),
        ('<img class="Wirisformula" alt="x" data-mathml="«math»«msup»«mi»x«/mi»«mn»2«/mn»«/msup»«/math»" src="w.png">', "{{math:{x}^{2}}}"),
        ('<img src="a.png" alt="Sơ đồ | 2">', "{{picture:a.png|Sơ đồ \\| 2}}"),
        ('<audio controls><source src="a.mp3"></audio>', "{{audio:a.mp3|?}}"),
        ("Viết {{ trong mẫu }}", "Viết {{{}} trong mẫu }}"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("<o:p>Word</o:p><!-- chú thích --><![if !x]>", "Word"),
    ],
)  # fmt: skip
def test_what_has_a_construct_is_kept(source: str, expected: str) -> None:
    assert read(source) == (expected, set(), set())


@pytest.mark.parametrize(
    ("source", "expected", "review", "notices"),
    [
        ("Chạy <script>alert('<b>')</script>đi", "Chạy đi", {"runs"}, set()),
        ('<p onclick="x()">bấm</p>', "bấm", {"runs"}, set()),
        ('<a href="javascript:x()">bấm</a>', "bấm", {"runs"}, {"link_dropped"}),
        ('<a href=" VBScript:x()">bấm</a>', "bấm", {"runs"}, {"link_dropped"}),
        ("<style>p{}</style><iframe src='//x'></iframe>chữ", "chữ", {"runs"}, set()),
        ("<svg><text>x</text></svg>chữ", "chữ", {"runs"}, set()),
        ("Điền <input type=text> đây", "Điền đây", {"form_field"}, set()),
        ('<font color="red">đỏ</font>', "đỏ", set(), {"looks_dropped"}),
        ('<a href="https://x/y">đây</a>', "đây", set(), {"link_dropped"}),
        ("Viết <stdio.h> ở đầu", "Viết <stdio.h> ở đầu", set(), {"unknown_tag"}),
        (r"Công thức \(a{b\) hỏng", r"Công thức \(a{b\) hỏng", {"bad_formula"}, set()),
        (
            "<table><tr><td colspan=2>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
            "{{table:\na | \nb | c\n}}",
            {"merged_cells"},
            set(),
        ),
        ("a<!-- không đóng", "a", {"unclosed", "runs"}, set()),
        ("ô\u200b trống", "ô trống", set(), {"invisible_removed"}),
        ("hoa\u0300", "hoà", set(), {"made_nfc"}),
        ("&#99999999999999999999;", "\ufffd", set(), set()),
    ],
)
def test_what_is_taken_out_is_said(source: str, expected: str, review: set[str], notices: set[str]) -> None:
    assert read(source) == (expected, review, notices)


def test_an_option_is_one_line_without_blocks() -> None:
    assert read("<p>một</p><p>hai</p>", Holds.OPTION)[0] == "một hai"
    assert read("<ul><li>a</li><li>b</li></ul>", Holds.OPTION) == ("– a – b", set(), {"list_in_line"})
    assert read("<pre>a\nb</pre>", Holds.OPTION) == ("{{code:a b}}", {"listing_in_line"}, set())
    assert read("<pre>a();</pre>", Holds.OPTION) == ("{{code:a();}}", set(), set())
    assert read("<table><tr><td>a</td><td>b</td></tr></table>", Holds.OPTION) == ("a | b", {"table_in_line"}, set())
    assert read('chữ<br><img src="a.png" alt="h">', Holds.OPTION)[0] == "chữ\n{{picture:a.png|h}}"
    assert read('<img src="a.png" alt="h">', Holds.LINE) == ("h", {"not_here"}, set())


def test_line_breaks_count_in_moodles_own_text() -> None:
    assert read("một\nhai", lines=True)[0] == "một\nhai"
    assert read("một\nhai")[0] == "một hai"


def test_what_is_nested_too_deeply_is_flattened() -> None:
    text, review, _ = read("<b><i>" * 60 + "sâu" + "</i></b>" * 60)
    assert "sâu" in text
    assert "too_deep" in review
    deep, _, _ = read("<div>" * 5000 + "đáy")
    assert deep == "đáy"


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", '<a b="', "<!--", "<![CDATA[", "<script>", "</p>", "<p>", "<td>", "<b>", "&#x", "\\(", "$$", "\\(x", "<a b='", '<x y="<a ', "{{", "<li>",
     "<table>", "&", "<pre>", "<math>", "<!x", "<?x"],
)  # fmt: skip
def test_no_repetition_makes_reading_slow(piece: str) -> None:
    # 200,000 characters: anything quadratic would take minutes, and the suite's own time limit would end it.
    text, _, _ = read(piece * (200_000 // len(piece)))
    assert len(text) <= 1_500_000


markup = st.lists(
    st.sampled_from(["<b>", "</b>", "<p>", "</p>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>", "<br>", "a", " ", "\n", "\\(x\\)",
                     "<pre>", "</pre>", "<span></span>", "&nbsp;", "{{", "}}", "|", "\\", '<img src="a.png" alt="x">', "<script>", "</script>", "<i>", "</i>", "<math><mi>x</mi></math>"]),
    max_size=40,
).map("".join)  # fmt: skip


@given(markup)
def test_whatever_is_read_is_text_without_flaws_and_reads_back_as_it_was_written(source: str) -> None:
    text, _, _ = read(source)
    made = HtmlWriter(lambda medium: medium.name).text(text)
    again, review, _ = read(made)
    assert again == text
    assert write(parse(again)[0]) == again
    assert review == set()
