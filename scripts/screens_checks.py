"""What no screen may show: sideways scrolling, cut or covered text, a sentence in the other language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("server", "client_kiosk", "question_bank")
_PLACE = re.compile(r"%\(\w+\)s|%[sd]|\{\w*\}|%%")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
# Names that sittings, officers and sheets carry in Vietnamese, and that some catalogue has too.
NAMES = frozenset({"Ban Đề thi", "Ban Tổ chức", "Ban Giám khảo", "Tổ Thư ký", "Tổ Kỹ thuật", "Ban Coi thi"})
FEW_LETTERS = 4  # a message with fewer letters beside its places ("%(n)s MB") says nothing in any language

# Reads the page once and returns, for each kind of fault, a line about every place where it is.
LAYOUT = """() => {
  const found = [];
  const say = (what, element, text) => found.push(`${what}: <${element.tagName.toLowerCase()}${element.id ? "#" + element.id : ""}`
    + `${typeof element.className === "string" && element.className ? "." + element.className.split(" ").join(".") : ""}> ${text.trim().slice(0, 70)}`);
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth) found.push(`sideways: the page is ${root.scrollWidth} wide in ${window.innerWidth}`);
  const dialog = document.querySelector("dialog[open]");
  const unseen = ".visually-hidden:not(:focus), option, script, style, dialog:not([open]), svg, title";
  const walker = document.createTreeWalker(dialog ?? document.body, NodeFilter.SHOW_TEXT);
  const scrolls = (style) => /auto|scroll/.test(style.overflowX + style.overflowY);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest(unseen) || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((one) => one.width > 0 && one.height > 0);
    if (rects.length === 0) continue;
    // Out of a box that cuts, or past the edge of one that has an edge; a box that scrolls shows everything in time.
    let seen = rects;
    for (let box = parent; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (scrolls(style)) break;
      const cuts = /hidden|clip/.test(style.overflowX + style.overflowY);
      const edge = box.getBoundingClientRect();
      const boxed = cuts || style.borderRightWidth !== "0px" || style.backgroundColor !== "rgba(0, 0, 0, 0)"
        || style.display === "table-cell";
      if (!boxed || style.display === "inline" || style.display === "contents") continue;
      const out = rects.find((one) => one.right > edge.right + 1.5 || one.left < edge.left - 1.5
        || (cuts && (one.bottom > edge.bottom + 3 || one.top < edge.top - 3)));
      if (!out) continue;
      const told = style.textOverflow === "ellipsis" && (box.title || box.closest("[title]") || parent.title);
      if (!told) say(cuts ? "cut" : "past its box", box, node.data);
      else seen = [edge];
      break;
    }
    if (seen.some((one) => one.right > window.innerWidth + 1 || one.left < -1) && !scrolledAway(parent)) say("off the side", parent, node.data);
    // Covered: something else is found where the text is.
    for (const one of rects) {
      const [x, y] = [one.left + one.width / 2, one.top + one.height / 2];
      if (x < 0 || y < 0 || x >= window.innerWidth || y >= window.innerHeight) continue;
      const there = document.elementFromPoint(x, y);
      if (!there || parent.contains(there) || there.contains(parent) || hiddenByScroll(parent, x, y)) continue;
      if (parent.closest("label")?.contains(there) || floats(there, parent)) continue;
      say("covered", parent, `${node.data.trim().slice(0, 30)} by <${there.tagName.toLowerCase()}.${there.className}> ${there.textContent.trim().slice(0, 30)}`);
      break;
    }
  }
  function scrolledAway(element) {
    for (let box = element.parentElement; box; box = box.parentElement) if (scrolls(getComputedStyle(box))) return true;
    return false;
  }
  function hiddenByScroll(element, x, y) {
    for (let box = element; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflow === "visible") continue;
      const edge = box.getBoundingClientRect();
      if (x < edge.left || x > edge.right || y < edge.top || y > edge.bottom) return true;
    }
    return false;
  }
  // What is laid over the page on purpose: a drawer, a list head that stays, what opens from a summary.
  function floats(there, element) {
    for (let box = there; box && box !== document.body; box = box.parentElement) {
      if (box.contains(element)) return false;
      if (/fixed|sticky|absolute/.test(getComputedStyle(box).position)) return true;
    }
    return false;
  }
  return found;
}"""

# Every text a reader meets, also by ear: what stands there, and what names, describes or hints.
TEXTS = """() => {
  const THEIRS = "#stem, #options, .sheet"; // the committee's own words
  const found = new Set();
  const own = (element) => element.closest("[lang]")?.lang === document.documentElement.lang;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest(`script, style, code, ${THEIRS}`) || !own(parent)) continue;
    if (parent.closest(".visually-hidden") || parent.checkVisibility()) found.add(node.data.replace(/\\s+/g, " ").trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]"))
    if (own(element) && element.checkVisibility()) for (const name of ["aria-label", "title", "placeholder"])
      if (element.getAttribute(name)) found.add(element.getAttribute(name).replace(/\\s+/g, " ").trim());
  found.add(document.title);
  return [...found];
}"""


def faults(page: Page, language: str) -> list[str]:
    """Everything wrong with the page as it is shown now, a line each."""
    return [*page.evaluate(LAYOUT), *foreign(page.evaluate(TEXTS), language)]


def foreign(texts: list[str], language: str) -> Iterator[str]:
    """The texts that are messages of the catalogues in the other language."""
    for text in texts:
        if _is_foreign(text, language):
            yield f"not in {language}: {text}"


@cache  # three hundred seats say the same few things on every page
def _is_foreign(text: str, language: str) -> bool:
    if text in NAMES:
        return False
    plain, patterns = _messages(language)
    letters = _letters(text)
    return text in plain or any(2 * own >= letters and one.fullmatch(text) for one, own in patterns)


@cache
def _messages(language: str) -> tuple[frozenset[str], tuple[tuple[re.Pattern[str], int], ...]]:
    """The sentences of the other language: those without places, and a pattern for each with places.

    With each pattern the number of its own letters: where they are fewer than half of a text, it is a chance likeness.
    """
    wanted: set[str] = set()
    other: set[str] = set()
    for package in PACKAGES:
        path = ROOT / package / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
        with path.open("rb") as file:
            catalogue = read_po(file, locale="vi")
        for message in catalogue:
            if not message.id:
                continue
            english = [message.id] if isinstance(message.id, str) else list(message.id)
            vietnamese = [message.string] if isinstance(message.string, str) else list(message.string or ())
            (wanted if language == "en" else other).update(english)
            (wanted if language == "vi" else other).update(vietnamese)
    only_other = {" ".join(one.split()) for one in other - wanted if _says_something(one)}
    plain = frozenset(one for one in only_other if not _PLACE.search(one))
    patterns = tuple(
        (re.compile(".+?".join(map(re.escape, _PLACE.split(one)))), _letters(one)) for one in only_other - plain
    )
    return plain, patterns


def _says_something(message: str) -> bool:
    return _letters(message) >= FEW_LETTERS


def _letters(message: str) -> int:
    """How many letters a message has beside its places."""
    return sum(map(len, _LETTERS.findall(_PLACE.sub(" ", message))))
