"""Hostile strings, by what they attack, and what must never be seen where text is shown or taken away.

Shared by every test that puts text through a surface: warehouse, exports, Data Docs, terminal, dashboard.
`pytest tests/integration/test_hostile.py` puts all of them through a whole run.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from html.parser import HTMLParser

HOSTILE: dict[str, tuple[str, ...]] = {
    "sql": (
        "'; DROP TABLE main.quotes; --",
        "x' OR '1'='1",
        "\"; ATTACH '/tmp/stolen.db' AS s; --",
        "NULL); DELETE FROM main.documents; --",
        "$1 ? :name {0} %s %(x)s",
        "\\' UNION SELECT * FROM read_text('/etc/passwd') --",
    ),
    "html": (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</td></table><svg/onload=alert(1)>",
        "\"><iframe src='https://evil.example'></iframe>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<style>@import 'https://evil.example/x.css'</style>",
        "<!-- --><base href='https://evil.example/'>",
        "<a href='javascript:alert(1)'>more</a>",
        "]]><script>alert(1)</script>",
        "{{7*7}}${7*7}<%= 7*7 %>",
    ),
    "shell": (
        "$(touch pwned)",
        "`touch pwned`",
        "; touch pwned #",
        "| touch pwned",
        "&& touch pwned",
        "-rf",
        "--config=evil",
    ),
    "path": (
        "../../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/passwd",
        "file:///etc/passwd",
        "~/.ssh/id_rsa",
        "C:\\boot.ini",
        "a/../../b",
        "//evil.example/share",
    ),
    "formula": (
        '=HYPERLINK("https://evil.example","open")',
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1+1)",
        "\t=1+1",
        "\r=1+1",
        " =1+1",
        "\uff1d1+1",
        "\u200b=1+1",
    ),
    "terminal": (
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07",
        "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
        "\x1b[2J\x1b[H",
        "\x9b31m",
        "\rback to the start",
        "a\x08\x08b",
        "\x7f",
        "[bold red]markup[/]",
        "[link=https://evil.example]x[/link]",
    ),
    "direction": (
        "\u202egnp.exe",
        "Okoro \u2066said\u2069",
        "\u200fabc\u200e",
        "\u061cabc",
        "abc\u202b def \u202c",
    ),
    "invisible": (
        "Oko\u200bro",
        "\ufeffOkoro",
        "Oko\u00adro",
        "O\u2060k\u2060o",
        "tag\U000e0041\U000e0042",
        "Okoro\ufe0f",
        "O\u0301\u0301\u0301\u0301\u0301\u0301koro",
    ),
    "nul": ("Oko\x00ro", "\x00", "a\x00\x00b"),
    "link": (
        "[click](javascript:alert(1))",
        "![x](https://evil.example/p.png)",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "https://user:secret@evil.example/",
        "<https://evil.example>",
        "| a | b |\n|---|---|",
        ":red[markup] $$\\href{x}{y}$$",
    ),
    "long": ("A" * 50_000, "O" + "\u0301" * 5_000, "“" * 3_000, "9" * 5_000, "(" * 3_000),
    "odd": (
        "",
        " ",
        "\u00e9\u0065\u0301",
        "\U0001f4a9\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\ufffd\ufffe\uffff",
        "\u2028line\u2029paragraph\u0085next",
        "NaN",
        "-inf",
        "None",
        "１２３ people ١٢٣",
        "İstanbul ﬁnal ẞ",
    ),
}

ALL: tuple[tuple[str, str], ...] = tuple((kind, text) for kind, texts in HOSTILE.items() for text in texts)
STRINGS: tuple[str, ...] = tuple(text for _, text in ALL)

# Elements that hold text and its layout; no other may come of text that was shown.
_LOADING = frozenset(
    [
        "script",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
        "svg",
        "style",
        "link",
        "img",
        "video",
        "audio",
        "math",
    ]
)
_OBEYED = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d")


def report(text: str, number: int = 0) -> str:
    """A report that carries the text where extraction looks: in a title, a name, a quote, beside a figure."""
    return (
        f"Flood in Velden {number} {text}\n\nBy Ana Lopes\n\nApril 3, 2026\n\n"
        f"The mayor, Ines Okoro {text}, said on Thursday that 1,{number % 900 + 100} people left.\n\n"
        f"“We lost the bridge {text} and the road,” Okoro told reporters. About 300 {text} houses burned.\n"
    )


def on_terminal(shown: str) -> list[str]:
    """What a terminal would obey in a text that was printed to it: characters, by name. Empty: nothing."""
    bad = {c for c in shown if (unicodedata.category(c) == "Cc" and c != "\n") or c in _OBEYED}
    return sorted(f"U+{ord(char):04X}" for char in bad)


def in_csv(text: str) -> list[str]:
    """Cells of a CSV file that a spreadsheet would take for a formula. Numbers are none."""
    cells = (cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row)
    return [cell for cell in cells if _is_formula(cell)]


def _is_formula(cell: str) -> bool:
    start = cell.lstrip(" \u00a0\u200b\u200c\u200d\u2060\ufeff\x00")
    if not start.startswith(_FORMULA):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what loads, runs or leads away."""
        if tag in _LOADING:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            leads_away = name in ("href", "src", "action") and not _is_harmless(value or "")
            if name.startswith("on") or leads_away:
                self.found.append(f"{name}={value}")


def _is_harmless(url: str) -> bool:
    scheme = "".join(url.split()).casefold().partition(":")[0]
    return ":" not in url or scheme in ("http", "https")


def in_html(page: str) -> list[str]:
    """Elements and attributes of a page, or a piece of one, that run, load or lead away. Empty: harmless.

    For markup made of shown text alone; a page's own scripts and styles are its own.
    """
    parser = _Elements()
    parser.feed(page)
    parser.close()
    return parser.found
