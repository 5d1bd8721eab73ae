"""Every package of the lock has a licence that Dateline may be used with, and stands on the page."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "check_licences.py"))


def test_the_page_is_what_the_packages_say() -> None:
    found = SCRIPT["packages"]()
    assert [p.fault for p in found if p.fault] == []
    assert {p.name for p in found if p.is_run_time} >= {
        "duckdb",
        "dagster",
        "spacy",
        "streamlit",
        "distributed",
    }
    assert {p.name for p in found if not p.is_run_time} >= {"pytest", "mypy", "mkdocs"}
    page = (ROOT / "docs" / "reference" / "licences.md").read_text(encoding="utf-8")
    assert page == SCRIPT["page"](found), "run scripts/check_licences.py > docs/reference/licences.md"
    assert all(f"| {name} | {version} |" in page for name, version in SCRIPT["locked"]().items())


@pytest.mark.parametrize(
    ("licence", "is_fine"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MPL-2.0 AND MIT", True),
        ("GPL-2.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("MIT AND GPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),  # without a reason
        ("LGPL-2.1-or-later", False),
        ("", False),
    ],
)
def test_a_licence_that_does_not_do_is_a_fault(licence: str, is_fine: bool) -> None:
    assert (SCRIPT["Package"]("some", "1", licence, True).fault is None) is is_fine
    assert SCRIPT["Package"]("some", "1", licence, False).fault is None


def test_a_reason_lets_the_lgpl_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCRIPT["REASONS"], "some", "linked, never changed")
    assert SCRIPT["Package"]("some", "1", "LGPL-2.1-or-later", True).fault is None
    assert SCRIPT["Package"]("some", "1", "GPL-2.0-only", True).fault
