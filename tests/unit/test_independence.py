"""Whose report is it: one source however many print it."""

from __future__ import annotations

from pipelines.resolve.independence import SourceDocument, source_keys


def _document(
    key: str, outlet: str | None = None, agencies: tuple[str, ...] = (), copy_of: str | None = None
) -> SourceDocument:
    return SourceDocument(key, outlet, agencies, copy_of)


def test_five_outlets_running_one_agency_are_one_source() -> None:
    documents = [_document(f"d{i}", f"o{i}", ("AFP",)) for i in range(5)]
    assert set(source_keys(documents).values()) == {"agency:AFP"}


def test_own_reports_are_sources_of_their_own() -> None:
    keys = source_keys([_document("a", "o1"), _document("b", "o2"), _document("c", "o2"), _document("d")])
    assert keys == {"a": "outlet:o1", "b": "outlet:o2", "c": "outlet:o2", "d": "document:d"}


def test_several_agencies_are_their_set_in_any_order() -> None:
    keys = source_keys([_document("a", "o1", ("Reuters", "AFP")), _document("b", "o2", ("AFP", "Reuters"))])
    assert keys == {"a": "agency:AFP+Reuters", "b": "agency:AFP+Reuters"}


def test_a_copy_has_the_key_of_what_it_repeats_along_a_chain() -> None:
    documents = [_document("c", "o3", copy_of="b"), _document("b", "o2", copy_of="a"), _document("a", "o1")]
    assert set(source_keys(documents).values()) == {"outlet:o1"}


def test_a_credit_found_on_one_copy_holds_for_the_others() -> None:
    documents = [
        _document("a", "o1"),
        _document("b", "o2", ("AFP",), copy_of="a"),
        _document("c", "o3", ("AFP",)),
    ]
    assert set(source_keys(documents).values()) == {"agency:AFP"}


def test_the_repeated_documents_own_credit_goes_first() -> None:
    documents = [_document("b", "o1", ("Reuters",)), _document("a", "o2", ("AFP",), copy_of="b")]
    assert set(source_keys(documents).values()) == {"agency:Reuters"}


def test_copies_of_an_absent_document_are_one_source() -> None:
    keys = source_keys([_document("a", "o1", copy_of="x"), _document("b", "o2", copy_of="x")])
    assert keys == {"a": "document:x", "b": "document:x"}


def test_a_circle_ends_and_is_one_source() -> None:
    circle = [_document("b", "o2", copy_of="c"), _document("c", "o3", copy_of="b")]
    keys = source_keys([*circle, _document("d", "o4", copy_of="c")])
    assert set(keys.values()) == {"outlet:o2"}
