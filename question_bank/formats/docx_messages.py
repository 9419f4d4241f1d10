"""What is to be known of the paragraphs that a question of a Word file came from, by code."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, phrase

NOTES: Mapping[str, Phrase] = {
    "tracked": phrase("the text has tracked changes: it was read as if all were accepted"),
    "legacy_font": phrase("text in a font from before Unicode (TCVN3 or VNI) was converted"),
    "symbol_font": phrase("signs of the fonts Symbol or Wingdings were converted"),
    "text_box": phrase("text of a text box was put behind the paragraph it hangs on"),
    "instruction": phrase("it has no text of its own: what stands above it, or above those before it, is its text"),
    "footnote": phrase("the words of a footnote were put behind the paragraph it hangs on"),
}
DOUBTS: Mapping[str, Phrase] = {
    "lost_glyph": phrase("a sign of a picture font has no letter in Unicode"),
    "legacy_mixed": phrase("a text in a font from before Unicode is partly Unicode: its letters are not certain"),
    "letters_wrong": phrase("the letters of the options do not follow each other"),
    "letters_again": phrase("the letters of the options begin anew within the question"),
    "options_unsure": phrase("where one option ends and the next begins is not certain"),
    "number_missing": phrase(
        "the question has no number; its text is what stands between the options before and its own"
    ),
    "struck": phrase("the question is struck out"),
    "number_twice": phrase(
        "the numbers of the questions and of the answers at the end do not agree: which answer is its own is not certain"
    ),
    "shared_open": phrase("the text before it does not say for which questions it is"),
}
