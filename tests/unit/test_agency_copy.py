"""Whose copy a page is: credits of a text, not of a picture, a contribution or a quotation."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.ingest.agency_copy import byline_agencies
from pipelines.ingest.document import make_document
from pipelines.ingest.readers import Metadata, Record
from pipelines.ingest.segment import segment

_LEAD = "The bridge over the Orrin was closed on Tuesday after cracks were found in two of its piers."
_BODY = (
    "Drivers were sent over the old bridge, which carries half as many cars, the town said in a statement."
)


def _page(first: str = _LEAD, last: str = _BODY, above: str = "", below: str = "") -> list[str]:
    lines = ["Cracks close bridge over the Orrin", above, first, _BODY, last, below]
    return segment("\n\n".join(line for line in lines if line)).agencies


@pytest.mark.parametrize(
    ("dateline", "expected"),
    [
        ("PARIS (AFP) — ", ["AFP"]),
        ("PARIS (AFP) - ", ["AFP"]),
        ("LONDON, Nov 2 (Reuters) - ", ["Reuters"]),
        ("MARE ISLAND, Calif. (AP) — ", ["Associated Press"]),
        ("(AP) — ", ["Associated Press"]),
        ("ORRIN, Nov. 2 (Xinhua) -- ", ["Xinhua"]),
        ("MOSCOW, November 2. /TASS/. ", ["TASS"]),
        ("New Delhi, Nov 2 (PTI) ", ["PTI"]),
        ("ORRIN (AFP/Reuters) – ", ["AFP", "Reuters"]),
        ("AFP - ", ["AFP"]),
        ("ORRIN – ", []),
        ("ORRIN (Courier) – ", []),
    ],
)
def test_datelines(dateline: str, expected: list[str]) -> None:
    assert _page(dateline + _LEAD) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ORRIN – Reuters", ["Reuters"]),
        ("PORT MAREN, Nov 2 (AFP)", ["AFP"]),
        ("Reuters - World", []),
        ("The bridge from above (AFP)", []),
    ],
)
def test_a_dateline_on_a_line_of_its_own(line: str, expected: list[str]) -> None:
    assert _page(f"{line}\n\n{_LEAD}") == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "“The piers are safe,” the engineer told TASS.",
        "The engineer, quoted by Reuters, said that the piers were safe.",
        "According to AFP, the engineer said on Tuesday that the piers were safe.",
        "The governor told the TASS news agency – which the state owns – that the piers were safe.",
        "Engineers at Reuters - the agency has an office by the bridge - heard the piers crack.",
    ],
)
def test_an_agency_that_is_quoted_is_not_credited(sentence: str) -> None:
    assert _page(sentence, sentence) == []


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("(AFP)", ["AFP"]),
        ("kl/rt (AFP, Reuters)", ["AFP", "Reuters"]),
        ("Source: AP", ["Associated Press"]),
        ("Reporting by Reuters; additional reporting by Jo Sand", ["Reuters"]),
        ("Based on reporting by AFP and Reuters", ["AFP", "Reuters"]),
        ("Copyright 2024 The Associated Press. All rights reserved.", ["Associated Press"]),
        ("© 2024 AFP", ["AFP"]),
        ("With files from Reuters", []),
        ("With inputs from PTI", []),
        ("AFP contributed to this report.", []),
        ("Additional reporting by Reuters.", []),
        ("© 2024 Orrin Courier", []),
    ],
)
def test_lines_below_the_text(below: str, expected: list[str]) -> None:
    assert _page(below=below) == expected


def test_the_end_of_the_last_paragraph() -> None:
    assert _page(last=_BODY + " (AFP)") == ["AFP"]
    assert _page(last=_BODY + " — Reuters") == ["Reuters"]


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("AFP", ["AFP"]),
        ("Jane Doe, AFP", ["AFP"]),
        ("Jane Doe and Joe Roe, Associated Press", ["Associated Press"]),
        ("Jane Doe of The Associated Press", ["Associated Press"]),
        ("AFP and Reuters", ["AFP", "Reuters"]),
        ("AFP and agencies", ["AFP"]),
        ("Jane Doe with AFP", []),
        ("Jane Doe and AFP", []),
        ("Staff and Reuters", []),
        ("Jane Doe", []),
    ],
)
def test_bylines(byline: str, expected: list[str]) -> None:
    assert byline_agencies(byline) == expected
    assert _page(above=f"By {byline}") == expected


def test_a_pictures_credit_is_not_the_texts() -> None:
    assert _page(above="Cars wait at the bridge on Tuesday [Jo Sand/Reuters]") == []


def _document(outlet: str | None, byline: str | None) -> list[str]:
    record = Record(None, f"{_LEAD}\n\n{_BODY}", "utf-8", Metadata(outlet=outlet, byline=byline))
    now = datetime(2024, 11, 2, tzinfo=UTC).replace(tzinfo=None)
    document, _, _ = make_document(
        record,
        source_uri="file:///a.txt",
        source_sha256="0" * 64,
        file_name="a.txt",
        first_seen_at=now,
        ingested_at=now,
        ingest_date=date(2024, 11, 2),
        run_id="r",
    )
    return document.agencies


def test_metadata_and_the_agencys_own_page() -> None:
    assert _document("Orrin Courier", "AFP") == ["AFP"]
    assert _document("Reuters", "Jo Sand") == ["Reuters"]
    assert _document("Orrin Courier", "Jo Sand") == []
    assert _document(None, None) == []
