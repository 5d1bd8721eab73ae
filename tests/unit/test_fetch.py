"""Fetching: what is refused before a byte is asked for, and what a bad server may not do."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from pipelines.ingest import fetch
from pipelines.ingest.fetch import Fetcher, FetchError, is_public, shown


class Site(BaseHTTPRequestHandler):
    """A small site with traps."""

    robots: ClassVar[str] = "User-agent: *\nDisallow: /closed\n"
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        Site.asked.append(self.path)
        body, status, headers = b"hello", 200, {"Content-Type": "text/plain", "ETag": '"v1"'}
        if self.path == "/robots.txt":
            body = Site.robots.encode()
        elif self.path == "/again":
            status, headers["Location"] = 302, "/page"
        elif self.path == "/loop":
            status, headers["Location"] = 302, "/loop"
        elif self.path == "/away":
            status, headers["Location"] = 302, "file:///etc/passwd"
        elif self.path == "/inside":
            status = 302
            headers["Location"] = f"http://inside.example:{self.server.server_address[1]}/page"
        elif self.path == "/bomb":
            body, headers["Content-Encoding"] = gzip.compress(bytes(30_000_000)), "gzip"
        elif self.path == "/gzip":
            body, headers["Content-Encoding"] = gzip.compress(b"hello"), "gzip"
        elif self.path == "/torn":
            body, headers["Content-Encoding"] = b"not gzip at all", "gzip"
        elif self.path == "/cut":
            body, headers["Content-Encoding"] = gzip.compress(b"hello" * 99)[:-9], "gzip"
        elif self.path == "/trailing":
            body, headers["Content-Encoding"] = gzip.compress(b"hello") + bytes(200_000), "gzip"
        elif self.path == "/nowhere":
            status, headers["Location"] = 302, "http://[half"
        elif self.path == "/odd":
            status, headers["Retry-After"] = 503, "\xb2"
        elif self.path in ("/drip", "/drip-head"):
            self.drip()
            return
        elif self.path == "/br":
            headers["Content-Encoding"] = "br"
        elif self.path == "/large":
            body = b"x" * 200_000
        elif self.path == "/busy":
            status, headers["Retry-After"] = 503, "120"
        elif self.headers.get("If-None-Match") == '"v1"':
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        """A byte now and then, without end: of a body, or of a header."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if self.path == "/drip" else b"X-Slow: "))
        with suppress(OSError):
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(max_bytes=100_000, allow_private=True, pause_seconds=0)


def test_a_body_comes_with_what_asks_for_it_again(site: str, fetcher: Fetcher) -> None:
    answer = fetcher.get(f"{site}/page")
    assert (answer.body, answer.validators) == (b"hello", {"ETag": '"v1"'})
    again = fetcher.get(f"{site}/page", answer.validators)
    assert again.is_unchanged
    assert again.body == b""


def test_redirects_are_followed_and_have_an_end(site: str, fetcher: Fetcher) -> None:
    assert fetcher.get(f"{site}/again").url == f"{site}/page"
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetcher.get(f"{site}/loop")
    with pytest.raises(FetchError, match="only http and https"):
        fetcher.get(f"{site}/away")


def test_unfolding_is_bounded(site: str, fetcher: Fetcher) -> None:
    assert fetcher.get(f"{site}/gzip").body == b"hello"
    for path, says in (
        ("/bomb", "more than 100000"),
        ("/large", "more than"),
        ("/torn", "broken gzip"),
        ("/br", "'br'"),
        ("/cut", "breaks off"),
        ("/trailing", "behind the end"),
    ):
        with pytest.raises(FetchError, match=says):
            fetcher.get(site + path)


def test_robots_are_asked_once_and_obeyed(site: str, fetcher: Fetcher) -> None:
    Site.asked.clear()
    with pytest.raises(FetchError, match="its robots"):
        fetcher.get(f"{site}/closed/page")
    fetcher.get(f"{site}/page")
    assert Site.asked == ["/robots.txt", "/page"]


def test_a_server_in_trouble_says_when_to_come_back(site: str, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="status 503") as caught:
        fetcher.get(f"{site}/busy")
    assert (caught.value.status, caught.value.retry_after) == (503, 120.0)


def test_answers_of_bad_servers_are_refusals_and_no_faults(site: str, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="redirects to a url"):
        fetcher.get(f"{site}/nowhere")
    with pytest.raises(FetchError) as caught:
        fetcher.get(f"{site}/odd")
    assert (caught.value.status, caught.value.retry_after) == (503, None)
    assert caught.value.is_passing


@pytest.mark.parametrize("path", ["/drip", "/drip-head"])
def test_a_server_that_drips_is_left_at_the_deadline(
    site: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    fetcher.get(f"{site}/page")
    monkeypatch.setattr(fetch, "TOTAL_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(FetchError, match="not done after"):
        fetcher.get(site + path)
    assert time.monotonic() - began < 5


def test_a_host_of_another_alphabet_is_asked_by_its_name_in_ascii(
    site: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.rpartition(":")[2])
    asked: list[str] = []

    def resolve(host: str, *_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(fetch.socket, "getaddrinfo", resolve)
    assert fetcher.get(f"http://вести.example:{port}/page").body == b"hello"
    assert "xn--b1agj9af.example" in asked


@pytest.mark.parametrize("filler", ["# a comment\n", "Disallow: /elsewhere/{}\n"])
def test_of_very_long_robots_the_beginning_holds(
    site: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, filler: str
) -> None:
    """RFC 9309: at least 500 KiB are read, and what is behind does not close the host."""
    rules = "User-agent: *\nDisallow: /closed\n"
    rules += "".join(filler.format(n) for n in range(600_000 // len(filler))) + "Disallow: /\n"
    monkeypatch.setattr(Site, "robots", rules)
    assert fetcher.get(f"{site}/page").body == b"hello"
    with pytest.raises(FetchError, match="its robots"):
        fetcher.get(f"{site}/closed/page")


def test_a_host_whose_robots_are_in_trouble_stays_closed(
    site: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second page of such a host is no more allowed than the first."""

    def in_trouble(root: str, _deadline: float) -> None:
        asked.append(root)
        raise FetchError(f"{root}/robots.txt: status 500", status=500)

    asked: list[str] = []
    monkeypatch.setattr(fetcher, "_fetch_robots", in_trouble)
    for path in ("/page", "/page"):
        with pytest.raises(FetchError, match=r"robots.txt: status 500"):
            fetcher.get(site + path)
    assert asked == [site]


def test_loopback_needs_the_setting(site: str) -> None:
    Site.asked.clear()
    with pytest.raises(FetchError, match="no public address"):
        Fetcher(pause_seconds=0).get(f"{site}/page")
    assert Site.asked == []


def test_a_redirect_to_a_private_address_is_not_followed(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hop passes as public; the second leads inside."""
    port = int(site.rpartition(":")[2])
    monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(
        fetch.socket,
        "getaddrinfo",
        lambda host, *_, **__: [
            (2, 1, 6, "", ("10.0.0.8" if host == "inside.example" else "127.0.0.1", port))
        ],
    )
    monkeypatch.setattr(Site, "robots", "")
    outside = Fetcher(pause_seconds=0)
    assert outside.get(f"http://news.example:{port}/page").body == b"hello"
    with pytest.raises(FetchError, match="is no public address"):
        outside.get(f"http://news.example:{port}/inside")


def test_a_host_is_given_time(site: str) -> None:
    waits: list[float] = []
    slow = Fetcher(allow_private=True, pause_seconds=5, sleep=waits.append)
    slow.get(f"{site}/page")
    assert len(waits) == 1
    assert 4 < waits[0] <= 5


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "file:///etc/passwd",
        "gopher://a.example",
        "http://",
        "javascript:alert(1)",
        "http://[::1",
    ],
)
def test_what_is_no_web_address_is_refused(url: str, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError):
        fetcher.get(url)


def test_credentials_never_show(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError) as caught:
        fetcher.get("https://ann:secret@a.example/x?y=1#z")
    assert "secret" not in str(caught.value)
    assert shown("https://ann:secret@a.example:8443/x?y=1#z") == "https://a.example:8443/x?y=1"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1",
     "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "224.0.0.1"],
)  # fmt: skip
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)
