"""What metadata knows helps to read the page: its title and its author are found where they are printed."""

import pytest

from pipelines.ingest.readers import Metadata
from pipelines.ingest.segment import segment

PAGE = """Harbour
Ice closes the harbour of Orrin
Olga van Brandt
The port of Orrin has closed its harbour, the mayor said.
"""


def roles(text, **known):
    return [row.role for row in segment(text, Metadata(**known)).segments]


@pytest.mark.parametrize(
    "title",
    [
        "Ice closes the harbour of Orrin",
        "ICE CLOSES THE HARBOUR OF ORRIN",
        "Ice closes the harbour of Orrin | The Courier",
    ],
)
def test_title_of_the_metadata_is_found_on_the_page(title):
    page = segment(PAGE, Metadata(title=title))
    assert page.title == "Ice closes the harbour of Orrin"
    assert page.segments[1].role == "title" and page.segments[1].method == "title_metadata"


def test_byline_of_the_metadata_is_found_on_the_page():
    assert roles(PAGE, byline="Olga van Brandt")[2] == "byline"


def test_text_without_its_title_is_body():
    text = "The port of Orrin has closed its harbour, the mayor said.\nNobody objected to it at all."
    page = segment(text, Metadata(title="Ice closes the harbour"))
    assert page.title is None and [row.role for row in page.segments] == ["body", "body"]


def test_printed_date_points_into_the_text():
    text = "Ice closes the harbour\n\n  Published: 17 April 2024\n\nThe port has closed, the mayor said."
    found = segment(text).printed_date
    assert found is not None and text[found.start : found.end] == "17 April 2024"


def test_date_of_publication_goes_before_the_update():
    dates = "Updated 18 April 2024\nPublished 17 April 2024"
    text = f"Ice closes the harbour\n{dates}\nThe port has closed, the mayor said."
    found = segment(text).printed_date
    assert found is not None and found.on.day == 17


@pytest.mark.parametrize("text", ["", "   \n\n", "\ufeff", "\u200b\n\u200b"])
def test_nothing_to_read(text):
    page = segment(text)
    assert page.title is None and all(row.role != "body" for row in page.segments)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Beekeepers meet\n\nThe Order of Rural Beekeepers (ORB) met in Velden.", ["title", "body"]),
        ("Two people were killed in a crash near Velden on Friday, police said.", ["body"]),
        ("Two killed in crash near Velden", ["title"]),
    ],
)
def test_a_whole_sentence_alone_is_the_text(text: str, roles: list[str]) -> None:
    assert [row.role for row in segment(text).segments] == roles
