"""The place a number is about, and that a place beside it is not taken for it."""

from __future__ import annotations

import pytest

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import NumericClaim

PLACES: list[tuple[str, list[str | None]]] = [
    ("Twelve people died in Paris on Sunday.", ["Paris"]),
    ("In Spain, 12 people were killed and 30 injured.", ["Spain", "Spain"]),
    ("Ukraine's population fell by 3 million.", ["Ukraine"]),
    ("A fire at a school in Kharkiv killed six pupils.", ["Kharkiv"]),
    ("The attack in Mosul that killed 20 people shocked Iraq.", ["Mosul"]),
    ("Unemployment in Spain rose to 12 percent.", ["Spain"]),
    ("Kenya has 50 million inhabitants.", ["Kenya"]),
    ("A bus overturned near Nairobi, killing 14.", ["Nairobi"]),
    ("Police in Cairo arrested 15 people.", ["Cairo"]),
    ("Some 120 people were hurt in Dallas, Texas, and 12 in Austin.", ["Dallas", "Austin"]),
    ("About 2,000 Russian troops are stationed in Armenia.", ["Armenia"]),
    ("The firm has 1,200 employees in Leeds, 340 in York and 85 in Cardiff.", ["Leeds", "York", "Cardiff"]),
    ("The firm has 1,200 employees in Leeds and 85 in Brolskam.", ["Leeds", None]),
    ("Shares fell 3% in London trading and 2% in Madrid.", [None, "Madrid"]),
    ("Of those, 19 in Rome and 4 in Naples are still in hospital.", ["Rome", "Naples"]),
    # Nothing says that the number is of the place.
    ("The mayor said in Geneva that 40 homes burned.", [None]),
    ("Soldiers from Poland wounded 12 men.", [None]),
    ("Moscow sent 2,000 troops to Belarus.", [None]),
    ("Floods in Pakistan and India left 300 dead.", [None]),
    ("Some 400 people died in France, Spain and Italy.", [None]),
    ("He lived in Rome for six years.", [None]),
]


def _claims(text: str) -> list[NumericClaim]:
    (found,) = extract([SourceText("d", text)])
    return found.claims


@pytest.mark.parametrize(("text", "places"), PLACES)
def test_place(text: str, places: list[str | None]) -> None:
    claims = _claims(text)
    assert [claim.place_surface for claim in claims] == places
    for claim in claims:
        if claim.place_surface is not None:
            assert text[claim.place_start_char : claim.place_end_char] == claim.place_surface
