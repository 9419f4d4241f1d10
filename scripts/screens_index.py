"""One page on which all pictures can be looked at side by side."""

from __future__ import annotations

from html import escape
from itertools import groupby
from pathlib import Path

_STYLE = """
body { font: 15px system-ui, sans-serif; margin: 1rem; background: #eceff2; color: #1c2530 }
h2 { margin: 2rem 0 .5rem }
.row { display: grid; grid-template-columns: repeat(auto-fill, minmax(26rem, 1fr)); gap: 1rem }
figure { margin: 0; background: #fff; padding: .5rem; border: 1px solid #d9e0e5 }
img { width: 100%; display: block }
figcaption { padding: .4rem 0 0; overflow-wrap: anywhere }
"""


def write_index(out: Path) -> None:
    """Write `index.html` beside the folders of the languages: by page, each state in every language."""
    languages = sorted((folder.name for folder in out.iterdir() if folder.is_dir()), reverse=True)
    names = sorted({file.name for language in languages for file in (out / language).glob("*.png")})
    parts = [
        f"<!doctype html><meta charset=utf-8><title>Screens</title><style>{_STYLE}</style><h1>{len(names)} states</h1>"
    ]
    for page, group in groupby(names, lambda name: name.partition("--")[0]):
        parts.append(f"<h2>{escape(page)}</h2><div class=row>")
        for name in group:
            parts.extend(_figure(language, name) for language in languages if (out / language / name).exists())
        parts.append("</div>")
    (out / "index.html").write_text("\n".join(parts), encoding="utf-8")


def _figure(language: str, name: str) -> str:
    at = escape(f"{language}/{name}", quote=True)
    state = escape(name.partition("--")[2].removesuffix(".png"))
    return f'<figure><a href="{at}"><img loading=lazy src="{at}" alt=""></a><figcaption>{language} · {state}</figcaption></figure>'
