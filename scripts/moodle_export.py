"""Questions as Moodle's own exporter writes them, release by release, with what each means; for example files.

Written from what Moodle does, not from what our reader expects: elements, order, spacing and fractions are the exporter's, which is
why much of it says nothing (`<penalty>`, `<showstandardinstruction>`).
"""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

Right = list[str] | dict[str, str]


@dataclass(frozen=True, slots=True)
class Release:
    """What an exporter of this age writes."""

    name: str
    idnumber: bool = True  # since 3.5
    formats: bool = True  # `format` on every text, since 2.0
    standard_instruction: bool = True  # since 3.9
    word_limits: bool = True  # of essays, since 4.0


M19 = Release("1.9", False, False, False, False)
M2 = Release("2.7", False, True, False, False)
M3 = Release("3.8", True, True, False, False)
M4 = Release("4.3")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's element, the type of ours it should become (empty: a type without counterpart), and what is right in it."""

    xml: str
    type: str
    right: Right
    review: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file beside a text."""

    name: str
    data: bytes

    @property
    def xml(self) -> str:
        """As it stands behind the text."""
        return f'<file name="{self.name}" path="/" encoding="base64">{base64.b64encode(self.data).decode()}</file>\n'


def picture(words: str, width: int = 120, height: int = 60) -> bytes:
    """A small PNG with words on it."""
    made = Image.new("RGB", (width, height), (245, 245, 240))
    ImageDraw.Draw(made).text((6, height // 2 - 6), words, fill=(20, 40, 90))
    out = io.BytesIO()
    made.save(out, "PNG", optimize=True)
    return out.getvalue()


def text(words: str, indent: int = 3) -> str:
    """`<text>`, in a CDATA section where there are signs."""
    if html.escape(words) != words:
        words = f"<![CDATA[{words.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return f"{'  ' * indent}<text>{words}</text>\n"


def titled(name: str, words: str, release: Release, files: Sequence[File] = (), form: str = "html") -> str:
    """A text with its format and files."""
    attribute = f' format="{form}"' if release.formats or name == "questiontext" else ""
    return f"    <{name}{attribute}>\n{text(words)}{''.join(file.xml for file in files)}    </{name}>\n"


def question(
    kind: str, name: str, stem: str, body: str, release: Release, *, files: Sequence[File] = (), feedback: str = "", tags: Sequence[str] = (),
    idnumber: str = "", hints: Sequence[str] = (), form: str = "html", hidden: int = 0, grade: str = "1.0000000", old_picture: bytes = b"",
) -> str:  # fmt: skip
    """A `<question>` with the exporter's head and tail."""
    head = f'  <question type="{kind}">\n    <name>\n{text(name)}    </name>\n{titled("questiontext", stem, release, files, form)}'
    if not release.formats:
        head += "    <image>bieu_mau.png</image>\n" if old_picture else "    <image></image>\n"
        head += f"    <image_base64>{base64.b64encode(old_picture).decode()}</image_base64>\n" if old_picture else ""
    head += titled("generalfeedback", feedback, release)
    head += "" if kind == "cloze" else f"    <defaultgrade>{grade}</defaultgrade>\n"
    head += f"    <penalty>{'0.3333333' if release.formats else '0.1'}</penalty>\n    <hidden>{hidden}</hidden>\n"
    head += f"    <idnumber>{idnumber}</idnumber>\n" if release.idnumber else ""
    tail = "".join(f'    <hint format="html">\n{text(hint)}      <shownumcorrect/>\n    </hint>\n' for hint in hints)
    tail += (
        f"    <tags>\n{''.join(f'      <tag>{text(tag, 0).strip()}{chr(10)}</tag>{chr(10)}' for tag in tags)}    </tags>\n"
        if tags
        else ""
    )
    return f"<!-- question: {abs(hash_of(name + stem)) % 90000 + 1000}  -->\n{head}{body}{tail}  </question>\n\n"


def hash_of(words: str) -> int:
    """A number that is the same on every run."""
    return sum(at * ord(sign) for at, sign in enumerate(words, 1))


def category(path: str, release: Release, info: str = "") -> str:
    """The pseudo-question that says where those behind it belong."""
    more = f"    <info {'format=' + chr(34) + 'html' + chr(34)}>\n{text(info)}    </info>\n" if release.idnumber else ""
    more += "    <idnumber></idnumber>\n" if release.idnumber else ""
    return f'<!-- question: 0  -->\n  <question type="category">\n    <category>\n{text(path)}    </category>\n{more}  </question>\n\n'


def answer(
    fraction: str,
    words: str,
    release: Release,
    feedback: str = "",
    files: Sequence[File] = (),
    more: str = "",
    form: str = "html",
) -> str:
    """An `<answer>`."""
    attribute = f' format="{form}"' if release.formats else ""
    said = f"      <feedback{' format=' + chr(34) + 'html' + chr(34) if release.formats else ''}>\n{text(feedback, 4)}      </feedback>\n"
    return f'    <answer fraction="{fraction}"{attribute}>\n{text(words)}{"".join(one.xml for one in files)}{said}{more}    </answer>\n'


def combined(release: Release, right: str = "Your answer is correct.", part: str = "Your answer is partially correct.",
             wrong: str = "Your answer is incorrect.") -> str:  # fmt: skip
    """What is said to right, partly right and wrong answers as a whole."""
    parts = (("correctfeedback", right), ("partiallycorrectfeedback", part), ("incorrectfeedback", wrong))
    return (
        "".join(titled(name, words if release.formats else "", release) for name, words in parts)
        + "    <shownumcorrect/>\n" * release.formats
    )


def plain(words: str) -> str:
    """A text without its tags, as it should come in."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", words)).split())


def choice(
    name: str, stem: str, answers: Mapping[str, str], release: Release = M4, *, single: bool = True, shuffled: bool = True, p: bool = True,
    right: Sequence[str] = (), review: bool = False, said: Mapping[str, str] | None = None, answer_files: Mapping[str, File] | None = None,
    **more: Any,
) -> Asked:  # fmt: skip
    """A multiplechoice question; `answers` are texts with their fractions, `right` their texts of ours where tags change them."""
    body = f"    <single>{str(single).lower()}</single>\n    <shuffleanswers>{str(shuffled).lower()}</shuffleanswers>\n"
    body += "    <answernumbering>abc</answernumbering>\n"
    body += "    <showstandardinstruction>0</showstandardinstruction>\n" if release.standard_instruction else ""
    body += combined(release)
    for words, fraction in answers.items():
        file = (answer_files or {}).get(words)
        shown = f"<p>{words}</p>" if p else words
        body += answer(fraction, shown, release, (said or {}).get(words, ""), [file] if file else [])
    wanted = list(right) or [plain(words) for words, fraction in answers.items() if float(fraction) > 0]
    kind = "single_choice" if single else "multiple_choice"
    return Asked(question("multichoice", name, stem, body, release, **more), kind, wanted, review)


def truefalse(
    name: str, stem: str, truth: bool, release: Release = M4, said: tuple[str, str] = ("", ""), **more: Any
) -> Asked:
    """A statement; `said` to who judges it true and false."""
    form = "moodle_auto_format"
    body = answer("100" if truth else "0", "true", release, said[0], form=form) + answer(
        "0" if truth else "100", "false", release, said[1], form=form
    )
    return Asked(question("truefalse", name, stem, body, release, **more), "true_false", [str(truth).lower()])


def short(
    name: str,
    stem: str,
    answers: Mapping[str, str],
    release: Release = M4,
    case: int = 0,
    review: bool = False,
    **more: Any,
) -> Asked:
    """A short answer."""
    body = f"    <usecase>{case}</usecase>\n"
    body += "".join(answer(fraction, words, release, form="moodle_auto_format") for words, fraction in answers.items())
    right = [words.replace("\\*", "*") for words, fraction in answers.items() if float(fraction) > 0 and words != "*"]
    return Asked(question("shortanswer", name, stem, body, release, **more), "short_text", right, review)


def numerical(
    name: str, stem: str, answers: Mapping[str, tuple[str, str]], release: Release = M4, units: Mapping[str, str] | None = None, grading: int = 0,
    **more: Any,
) -> Asked:  # fmt: skip
    """A number; `answers` are values with fraction and tolerance, `units` names with multipliers."""
    body = "".join(
        answer(fraction, value, release, more=f"      <tolerance>{tolerance}</tolerance>\n", form="moodle_auto_format")
        for value, (fraction, tolerance) in answers.items()
    )
    if units:
        each = (
            f"  <unit>\n    <multiplier>{by}</multiplier>\n    <unit_name>{unit}</unit_name>\n  </unit>\n"
            for unit, by in units.items()
        )
        body += f"<units>\n{''.join(each)}</units>\n"
    shown = 3 if not units else 1
    body += f"    <unitgradingtype>{grading}</unitgradingtype>\n    <unitpenalty>0.1000000</unitpenalty>\n"
    body += f"    <showunits>{shown}</showunits>\n    <unitsleft>0</unitsleft>\n"
    right = [value for value, (fraction, _) in answers.items() if float(fraction) > 0]
    return Asked(question("numerical", name, stem, body, release, **more), "numeric", right)


def matching(name: str, stem: str, pairs: Sequence[tuple[str, str]], release: Release = M4, **more: Any) -> Asked:
    """Pairs; without a left side one to choose wrongly."""
    body = f"    <shuffleanswers>true</shuffleanswers>\n{combined(release)}"
    attribute = ' format="html"' if release.formats else ""
    for left, right in pairs:
        shown = f"<p>{left}</p>" if left and release.formats else left
        body += f"    <subquestion{attribute}>\n{text(shown)}      <answer>\n{text(right, 4)}      </answer>\n    </subquestion>\n"
    wanted = {plain(left): right for left, right in pairs if left}
    return Asked(question("matching", name, stem, body, release, **more), "matching", wanted)


def ordering(
    name: str, stem: str, entries: Sequence[str], release: Release = M4, grading: str = "ALL_OR_NOTHING", **more: Any
) -> Asked:
    """Entries in their right order; the fraction is the place."""
    body = f"    <layouttype>VERTICAL</layouttype>\n    <selecttype>ALL</selecttype>\n    <selectcount>{len(entries)}</selectcount>\n"
    body += f"    <gradingtype>{grading}</gradingtype>\n    <showgrading>SHOW</showgrading>\n    <numberingstyle>none</numberingstyle>\n"
    body += combined(release)
    for place, entry in enumerate(entries, 1):
        body += f'    <answer fraction="{place}.0000000" format="html">\n{text(f"<p>{entry}</p>")}    </answer>\n'
    return Asked(
        question("ordering", name, stem, body, release, **more), "ordering", [plain(entry) for entry in entries]
    )


def essay(name: str, stem: str, release: Release = M4, told: str = "", files: int = 0, **more: Any) -> Asked:
    """A text to write; `told` to markers, `files` that must be handed in."""
    body = "    <responseformat>editor</responseformat>\n    <responserequired>1</responserequired>\n    <responsefieldlines>15</responsefieldlines>\n"
    body += (
        "    <minwordlimit>100</minwordlimit>\n    <maxwordlimit>400</maxwordlimit>\n" if release.word_limits else ""
    )
    body += f"    <attachments>{files}</attachments>\n    <attachmentsrequired>{files}</attachmentsrequired>\n"
    body += "    <maxbytes>0</maxbytes>\n    <filetypeslist></filetypeslist>\n" if release.word_limits else ""
    body += titled("graderinfo", told, release) + titled("responsetemplate", "", release)
    return Asked(question("essay", name, stem, body, release, **more), "essay", [], bool(files))


def cloze(
    name: str, stem: str, right: dict[str, str], release: Release = M4, review: bool = False, **more: Any
) -> Asked:
    """Embedded answers; the exporter puts them into the text and leaves out the grade."""
    return Asked(question("cloze", name, stem, "", release, **more), "cloze", right, review)


def gapped(
    kind: str,
    name: str,
    stem: str,
    words: Sequence[tuple[str, int]],
    right: dict[str, str],
    release: Release = M4,
    again: bool = False,
) -> Asked:
    """Words to drag (ddwtos) or to choose (gapselect); each with its group."""
    body = f"    <shuffleanswers>1</shuffleanswers>\n{combined(release)}"
    tag, group = ("dragbox", "group") if kind == "ddwtos" else ("selectoption", "group")
    for word, number in words:
        more = "      <infinite/>\n" if again else ""
        body += f"    <{tag}>\n{text(word)}      <{group}>{number}</{group}>\n{more}    </{tag}>\n"
    return Asked(question(kind, name, stem, body, release), "drag_words" if kind == "ddwtos" else "cloze", right)


def matrix(kind: str, name: str, stem: str, rows: Mapping[str, bool], release: Release = M3, columns: tuple[str, str] = ("Đúng", "Sai"),
           order: Sequence[int] = ()) -> Asked:  # fmt: skip
    """Statements to judge in a table; `order` is that of the rows in the file, whose numbers stay."""
    body = f"    <scoringmethod>{text('subpoints', 0).strip()}\n</scoringmethod>\n    <shuffleanswers>true</shuffleanswers>\n"
    body += f"    <numberofrows>{len(rows)}</numberofrows>\n    <numberofcolumns>2</numberofcolumns>\n"
    written = [
        f'    <row number="{number}">\n      <optiontext format="html">\n{text(f"<p>{words}</p>", 4)}      </optiontext>\n'
        f'      <feedbacktext format="html">\n{text("", 4)}      </feedbacktext>\n    </row>\n'
        for number, words in enumerate(rows, 1)
    ]
    body += "".join(written[place - 1] for place in order or range(1, len(rows) + 1))
    for number, words in enumerate(columns, 1):
        body += f'    <column number="{number}">\n      <responsetext format="moodle_auto_format">\n{text(words, 4)}      </responsetext>\n    </column>\n'
    for number, truth in enumerate(rows.values(), 1):
        for column in (1, 2):
            value = "1.000" if truth is (column == 1) else "0.000"
            body += f'    <weight rownumber="{number}" columnnumber="{column}">\n      <value>\n         {value}\n      </value>\n    </weight>\n'
    right = [words for words, truth in rows.items() if truth]
    return Asked(question(kind, name, stem, body, release), "true_false_4" if len(rows) == 4 else "", right)


def without_counterpart(kind: str, name: str, stem: str, body: str = "", release: Release = M4) -> Asked:
    """A type that has none here."""
    return Asked(question(kind, name, stem, body, release), "", [])
