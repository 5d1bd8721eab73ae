"""robots.txt: the cases of RFC 9309, and files that are hostile or merely long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.robots import Robots


def rules(*lines: str) -> Robots:
    return Robots.parse("\n".join(lines).encode(), "dateline")


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/fish", "/fish.html", True),
        ("/fish", "/Fish.html", False),
        ("/fish/", "/fish", False),
        ("/*.php", "/a/b.php?x=1", True),
        ("/*.php$", "/a/b.php", True),
        ("/*.php$", "/a/b.php?x=1", False),
        ("/a*c*e", "/a1c2e3", True),
        ("/a*c*e", "/a1e2c3", False),
        ("/a*b$", "/ab", True),
        ("/a*ab$", "/ab", False),
        ("/$", "/", True),
        ("/$", "/x", False),
        ("*", "/anything", True),
        ("/*?session=", "/a?b&session=1", False),
        ("/*?session=", "/a?session=1", True),
        ("/caf%c3%a9", "/caf\u00e9", True),
        ("/caf\u00e9", "/caf%C3%A9/menu", True),
        ("/a%2Ab", "/aXb", False),
    ],
)
def test_a_pattern_fits(pattern: str, path: str, fits: bool) -> None:
    assert rules("User-agent: *", f"Disallow: {pattern}").allow(path) is not fits


def test_the_longest_rule_decides_and_of_two_the_one_that_allows() -> None:
    found = rules("User-agent: *", "Disallow: /news", "Allow: /news/open", "Disallow: /news/open/x")
    assert [found.allow(p) for p in ("/", "/news/a", "/news/open/a", "/news/open/x1")] == [
        True, False, True, False,
    ]  # fmt: skip
    assert rules("User-agent: *", "Disallow: /a", "Allow: /a").allow("/a")


def test_a_reader_keeps_to_its_own_groups_all_of_them() -> None:
    lines = (
        "User-agent: *", "Disallow: /", "", "User-agent: Other", "User-agent: Dateline/1.0", "Disallow: /one",
        "Crawl-delay: 3", "", "Sitemap: https://a.example/s.xml", "User-agent: dateline", "Disallow: /two",
    )  # fmt: skip
    found = rules(*lines)
    assert [found.allow(p) for p in ("/", "/one", "/two", "/robots.txt")] == [True, False, False, True]
    assert found.delay == 3
    assert not Robots.parse("\n".join(lines).encode(), "somebody").allow("/")


def test_a_byte_order_mark_hides_no_rule() -> None:
    assert not Robots.parse("\ufeffUser-agent: *\nDisallow: /".encode(), "dateline").allow("/a")


def test_nothing_is_forbidden_by_a_file_without_rules() -> None:
    assert rules("<html>not found</html>", "Disallow: /").allow("/a")
    assert rules("User-agent: *", "Disallow:").allow("/a")


def test_a_hostile_pattern_takes_no_time() -> None:
    found = rules("User-agent: *", "Disallow: /" + "*a" * 200_000 + "b")
    start = time.process_time()
    assert found.allow("/" + "a" * 8000)
    assert time.process_time() - start < 2


@given(st.binary(max_size=300), st.text(max_size=60))
def test_any_bytes_are_read(data: bytes, path: str) -> None:
    Robots.parse(data, "dateline").allow("/" + path.encode("utf-8", "replace").decode())
