"""The only place where HTML is made: every text is escaped, every tag is ours."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

# Okabe and Ito's colours, which people with any colour vision tell apart; the lines differ in form as well.
STYLE = """<style>
[data-testid="stMain"] h1 { font-size: 2.1rem; } [data-testid="stMain"] h2 { font-size: 1.5rem; }
[data-testid="stMain"] h3 { font-size: 1.15rem; } [data-testid="stMainBlockContainer"] { padding-top: 3rem; }
[data-testid="stVegaLiteChart"] svg text { fill: currentColor; fill-opacity: .86; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: inherit; opacity: .92; }
.dl { line-height: 1.65; overflow-wrap: anywhere; }
.dl p { margin: 0 0 .35rem 0; }
.dl .meta { font-size: .86rem; opacity: .82; }
.dl a { color: inherit; text-decoration: underline; }
.dl h2, .dl h3 { padding: 0; margin: 0 0 .3rem 0; }
.dl blockquote { margin: .15rem 0 .9rem 0; padding: .1rem 0 .1rem .8rem;
  border-left: 3px solid #0072B2; }
.dl mark { color: inherit; background: rgba(230,159,0,.30); border-bottom: 2px solid #E69F00;
  padding: 0 .1em; }
.dl ins { text-decoration: none; border-bottom: 2px solid #009E73; background: rgba(0,158,115,.16); }
.dl del { opacity: .74; text-decoration: line-through; }
.dl .doc { white-space: pre-wrap; }
.dl .q { background: rgba(86,180,233,.24); }
.dl .c { border-bottom: 3px double #D55E00; font-weight: 600; }
.dl .n { text-decoration: underline dotted #009E73 2px; text-underline-offset: .22em; }
.dl .s { text-decoration: underline wavy #CC79A7 1.5px; text-underline-offset: .22em; }
.dl .hit { outline: 2px solid #E69F00; outline-offset: 1px; }
.dl sup { font-size: .62em; font-weight: 600; opacity: .85; margin-right: .15em; text-decoration: none;
  display: inline-block; }
.dl .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .8rem; }
.dl .card { border: 1px solid rgba(128,128,128,.4); border-radius: .4rem; padding: .6rem .8rem; }
.dl .tag { border: 1px solid currentColor; border-radius: .7rem; padding: 0 .5rem; font-size: .78rem;
  white-space: nowrap; }
</style>"""

# Fewer words in common than this, and two wordings are other words, not a changed text.
_LIKE_ENOUGH = 0.35

# Control characters, and those that make a line read otherwise than it is stored.
_TURNING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

_LETTER = {"quote": "q", "claim": "c", "name": "n", "scare_quote": "s"}
_TAG = {"quote": "Q", "claim": "N", "scare_quote": "S"}


@dataclass(frozen=True)
class Stretch:
    """Characters of a text that something was found in."""

    start: int
    end: int
    kind: str
    number: int
    is_hit: bool = False

    @property
    def tag(self) -> str:
        """What stands before it in the text and beside its row; names bear none."""
        return f"{_TAG[self.kind]}{self.number}" if self.kind in _TAG else ""


def show(*parts: str) -> None:
    """Draw pieces that functions of this module made."""
    st.html(f'{STYLE}<div class="dl">{"".join(parts)}</div>')


def text(value: object) -> str:
    """A value as text: every character stands for itself, and those that turn a line around are named."""
    shown = "" if value is None else str(value)
    return escape(_TURNING.sub(lambda found: f"\\u{ord(found[0]):04x}", shown), quote=True)


def line(*values: object, css: str = "") -> str:
    """A line of texts with middle dots between; empty ones are left out."""
    shown = " · ".join(text(value) for value in values if value not in (None, ""))
    return f'<p class="{css}">{shown}</p>' if shown else ""


def link(address: object, label: str) -> str:
    """A link to a source on the web; plain text for an address of any other kind."""
    if is_web(address):
        return f'<a href="{text(address)}" target="_blank" rel="noopener noreferrer">{text(label)}</a>'
    return text(address)


def is_web(address: object) -> bool:
    """Whether an address is a page that a browser can be sent to."""
    return isinstance(address, str) and address.lower().startswith(("http://", "https://"))


def marked(sentence: str, start: int, end: int) -> str:
    """A sentence with one stretch marked."""
    start = max(0, min(start, len(sentence)))
    end = max(start, min(end, len(sentence)))
    return f"{text(sentence[:start])}<mark>{text(sentence[start:end])}</mark>{text(sentence[end:])}"


def document(body: str, stretches: Iterable[Stretch]) -> str:
    """A text with everything found in it drawn, each kind in its own way; stretches may overlap."""
    kept = sorted(
        (s for s in stretches if 0 <= s.start < s.end <= len(body)), key=lambda s: (s.start, -s.end)
    )
    starts: dict[int, list[Stretch]] = {}
    ends: dict[int, list[Stretch]] = {}
    for stretch in kept:
        starts.setdefault(stretch.start, []).append(stretch)
        ends.setdefault(stretch.end, []).append(stretch)
    cuts = sorted({0, len(body), *starts, *ends})
    covering: dict[Stretch, None] = {}
    pieces = []
    for begin, stop in itertools.pairwise(cuts):
        for stretch in ends.get(begin, []):
            covering.pop(stretch, None)
        for stretch in starts.get(begin, []):
            covering[stretch] = None
            if stretch.tag:
                pieces.append(f"<sup>{text(stretch.tag)}</sup>")
        classes = sorted({_LETTER[s.kind] for s in covering} | {"hit" for s in covering if s.is_hit})
        piece = text(body[begin:stop])
        pieces.append(f'<span class="{" ".join(classes)}">{piece}</span>' if classes else piece)
    return f'<div class="doc">{"".join(pieces)}</div>'


def differences(first: str, other: str) -> str:
    """The words of `other`: those that `first` lacks inserted, those it alone has struck out.

    Two texts with little in common are other words altogether: nothing is marked.
    """
    before, after = first.split(), other.split()
    matcher = difflib.SequenceMatcher(None, [_bare(w) for w in before], [_bare(w) for w in after], False)
    if matcher.ratio() < _LIKE_ENOUGH:
        return text(other)
    pieces = []
    for operation, i, j, k, m in matcher.get_opcodes():
        if operation == "equal":
            pieces.append(text(" ".join(after[k:m])))
            continue
        if j > i:
            pieces.append(f"<del>{text(' '.join(before[i:j]))}</del>")
        if m > k:
            pieces.append(f"<ins>{text(' '.join(after[k:m]))}</ins>")
    return " ".join(pieces)


def _bare(word: str) -> str:
    return re.sub(r"\W+", "", word).casefold() or word


def cards(parts: Sequence[str]) -> str:
    """Pieces side by side, as many in a row as the window holds."""
    return f'<div class="grid">{"".join(f"<div class=card>{part}</div>" for part in parts)}</div>'
