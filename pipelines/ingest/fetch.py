"""Fetching over the web, safely: what is asked for is chosen by a list, what comes back by strangers.

Only http and https; no private, loopback or otherwise special address unless the setting allows it, checked
for the address that is really connected to, after every redirect too; limits on size, time and unfolding;
no credentials in urls, messages or logs; robots.txt obeyed, hosts given time to breathe.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import urllib3

from pipelines import __version__
from pipelines.ingest import robots
from pipelines.ingest.robots import Robots

USER_AGENT = f"dateline/{__version__} (news reader; obeys robots.txt)"
MAX_REDIRECTS = 5
CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 10.0, 20.0, 60.0
# Between two requests to one host, unless its robots.txt asks for more; never more than the second.
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
_CHUNK = 1 << 16
# Text packs to about a tenth: a body that unfolds a thousandfold is an attack.
_MAX_RATIO = 1_000
# What a server says about itself that is worth keeping for the next request.
_VALIDATORS = ("ETag", "Last-Modified")


class FetchError(Exception):
    """A request that was refused, by us or by the server, or that failed; one line, without credentials.

    `status` is the server's answer where there was one; `retry_after` the seconds it asked to wait.
    """

    def __init__(self, message: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after

    @property
    def is_passing(self) -> bool:
        """Whether the same request may well be answered later: a server in trouble, a line that failed."""
        if self.status is not None:
            return self.status == 429 or self.status >= 500
        return isinstance(self.__cause__, (urllib3.exceptions.HTTPError, OSError))


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. `is_unchanged`: the server says that nothing changed since the validators sent."""

    url: str
    """Where the body was found, after redirects, without credentials or fragment."""
    body: bytes
    content_type: str
    validators: dict[str, str]
    """Headers to send with the next request for the same address (ETag, Last-Modified)."""
    is_unchanged: bool = False


@dataclass
class Fetcher:
    """Makes requests for one run: knows which hosts it has asked, and when."""

    max_bytes: int = 5_000_000
    allow_private: bool = False
    """Let through loopback, private and link-local addresses: for a deployment that reads an intranet."""
    user_agent: str = USER_AGENT
    pause_seconds: float = PAUSE_SECONDS
    sleep: Callable[[float], None] = time.sleep
    _robots: dict[str, Robots | FetchError | None] = field(default_factory=dict)
    _asked_at: dict[str, float] = field(default_factory=dict)

    def get(self, url: str, validators: Mapping[str, str] | None = None) -> Response:
        """The body at `url`. Raises FetchError for all but a whole, allowed, successful answer."""
        deadline = time.monotonic() + TOTAL_SECONDS
        at = url
        for _ in range(MAX_REDIRECTS + 1):
            self._ask_robots(at, deadline)
            answer = self._request(at, validators or {}, deadline, self.max_bytes)
            if isinstance(answer, Response):
                return answer
            at = _redirected(at, answer)
        raise FetchError(f"{shown(url)}: more than {MAX_REDIRECTS} redirects")

    def _request(
        self,
        url: str,
        validators: Mapping[str, str],
        deadline: float,
        max_bytes: int,
        *,
        is_cut: bool = False,
    ) -> Response | str:
        """One GET request: the response, or where it redirects to. `is_cut`: a longer body is cut there."""
        self._pause(_parts(url)[0])
        headers = {
            "Accept": "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,"
            "application/feed+json;q=0.9,*/*;q=0.5",
            "Accept-Encoding": "gzip",
        }
        if validators.get("ETag"):
            headers["If-None-Match"] = validators["ETag"]
        if validators.get("Last-Modified"):
            headers["If-Modified-Since"] = validators["Last-Modified"]
        with self._sent("GET", url, headers, deadline) as answer:
            return self._answer(url, answer, deadline, max_bytes, is_cut)

    def post(self, url: str, body: bytes, content_type: str) -> None:
        """Send `body` to `url`. Raises FetchError unless the server takes it; a redirect is not followed."""
        deadline = time.monotonic() + TOTAL_SECONDS
        with self._sent("POST", url, {"Content-Type": content_type}, deadline, body) as answer:
            if not 200 <= answer.status < 300:
                raise FetchError(f"{shown(url)}: status {answer.status}", status=answer.status)

    @contextmanager
    def _sent(
        self, method: str, url: str, headers: Mapping[str, str], deadline: float, body: bytes | None = None
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        """The answer to one request to an address that may be asked; its body is not read yet."""
        host, port, is_tls, path = _parts(url)
        address = self._address(host, port, url)
        who = {"Host": _host_header(host, port, is_tls), "User-Agent": self.user_agent}
        pool = _pool(address, port, is_tls, host)
        cut = _cut_off(pool, deadline)
        try:
            answer = pool.urlopen(
                method, path, body=body, headers={**who, **headers}, redirect=False, retries=False,
                preload_content=False, decode_content=False, assert_same_host=False,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            )  # fmt: skip
            try:
                yield answer
            finally:
                answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError, ssl.SSLError) as error:
            if time.monotonic() > deadline:
                raise _too_slow(url) from error
            raise FetchError(f"{shown(url)}: {type(error).__name__}") from error
        finally:
            cut.cancel()
            pool.close()

    def _answer(
        self, url: str, answer: urllib3.BaseHTTPResponse, deadline: float, max_bytes: int, is_cut: bool
    ) -> Response | str:
        status = answer.status
        if status in (301, 302, 303, 307, 308) and answer.headers.get("Location"):
            return answer.headers["Location"]
        kept = {name: answer.headers[name] for name in _VALIDATORS if name in answer.headers}
        kind = answer.headers.get("Content-Type", "")
        if status == 304:
            return Response(shown(url), b"", kind, kept, is_unchanged=True)
        if status != 200:
            raise FetchError(
                f"{shown(url)}: status {status}", status=status, retry_after=_seconds(answer.headers)
            )
        return Response(shown(url), _body(url, answer, deadline, max_bytes, is_cut), kind, kept)

    def _address(self, host: str, port: int, url: str) -> str:
        """An address of the host that may be asked: the one that is then connected to, no other."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise FetchError(f"{shown(url)}: host not found") from error
        addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
        for address in addresses:
            if not self.allow_private and not is_public(address):
                raise FetchError(f"{shown(url)}: {address} is no public address (DATELINE_ALLOW_PRIVATE)")
        return addresses[0]

    def _pause(self, host: str) -> None:
        wait = self._asked_at.get(host, float("-inf")) + self._delay(host) - time.monotonic()
        if wait > 0:
            self.sleep(wait)
        self._asked_at[host] = time.monotonic()

    def _delay(self, host: str) -> float:
        rules = next((r for key, r in self._robots.items() if r and urlsplit(key).hostname == host), None)
        asked = rules.delay if isinstance(rules, Robots) else None
        return min(LONGEST_PAUSE_SECONDS, max(self.pause_seconds, float(asked or 0)))

    def _ask_robots(self, url: str, deadline: float) -> None:
        """Raises FetchError where robots.txt forbids the url, or cannot be had: then no url of the host.

        A host that has none forbids nothing.
        """
        host, port, is_tls, path = _parts(url)
        root = f"{'https' if is_tls else 'http'}://{_host_header(host, port, is_tls)}"
        if root not in self._robots:
            try:
                self._robots[root] = self._fetch_robots(root, deadline)
            except FetchError as error:
                self._robots[root] = error
        rules = self._robots[root]
        if isinstance(rules, FetchError):
            again = FetchError(str(rules), status=rules.status, retry_after=rules.retry_after)
            raise again from rules.__cause__
        if rules and not rules.allow(path):
            raise FetchError(f"{shown(url)}: its robots.txt forbids it")

    def _fetch_robots(self, root: str, deadline: float) -> Robots | None:
        at = f"{root}/robots.txt"
        for _ in range(MAX_REDIRECTS + 1):
            try:
                answer = self._request(at, {}, deadline, robots.MAX_BYTES, is_cut=True)
            except FetchError as error:
                # RFC 9309: a server in trouble forbids everything for now, a missing file nothing.
                if error.status and error.status >= 500:
                    raise
                if error.status is None:
                    raise
                return None
            if isinstance(answer, Response):
                return Robots.parse(answer.body, self.user_agent.partition("/")[0])
            at = _redirected(at, answer)
        return None


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not private, loopback, link-local, multicast …"""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        for inner in (found.ipv4_mapped, found.sixtofour, found.teredo[1] if found.teredo else None):
            if inner is not None:
                return is_public(str(inner))
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


def shown(url: str) -> str:
    """A url without credentials and fragment, for messages and rows."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "a url that cannot be read"
    return urlunsplit((parts.scheme, host + port, parts.path, parts.query, ""))


def _parts(url: str) -> tuple[str, int, bool, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError("a url that cannot be read") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError(f"{shown(url)}: only http and https addresses are fetched")
    if parts.username or parts.password:
        raise FetchError(f"{shown(url)}: a url with credentials is not fetched")
    try:
        # As it goes over the wire: names of other alphabets have a form in ASCII.
        host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FetchError("a url that cannot be read") from error
    is_tls = parts.scheme == "https"
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return host, port or (443 if is_tls else 80), is_tls, path


def _host_header(host: str, port: int, is_tls: bool) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == (443 if is_tls else 80) else f"{name}:{port}"


def _pool(address: str, port: int, is_tls: bool, host: str) -> urllib3.HTTPConnectionPool:
    """A connection to that very address: asking for the name again could give another one."""
    if not is_tls:
        return urllib3.HTTPConnectionPool(address, port, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        address, port, maxsize=1, cert_reqs="CERT_REQUIRED", server_hostname=host, assert_hostname=host
    )


def _redirected(at: str, location: str) -> str:
    try:
        return urljoin(at, location)
    except ValueError as error:
        raise FetchError(f"{shown(at)}: redirects to a url that cannot be read") from error


def _cut_off(pool: urllib3.HTTPConnectionPool, deadline: float) -> threading.Timer:
    """End a pool's connections at the deadline, until cancelled.

    Time limits of sockets begin anew with every byte: a server that sends one now and then, of its headers
    say, would hold a run for days.
    """
    sockets: list[socket.socket] = []
    make: Callable[..., Any] = pool.ConnectionCls

    def watched(*args: Any, **options: Any) -> Any:
        connection = make(*args, **options)
        connect = connection.connect

        def connect_and_tell() -> None:
            connect()
            sockets.append(connection.sock)

        connection.connect = connect_and_tell
        return connection

    def cut() -> None:
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    pool.ConnectionCls = watched  # type: ignore[assignment]
    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    return timer


def _too_slow(url: str) -> FetchError:
    return FetchError(f"{shown(url)}: not done after {TOTAL_SECONDS:.0f} seconds")


def _seconds(headers: Mapping[str, str]) -> float | None:
    value = headers.get("Retry-After", "")
    return float(value) if re.fullmatch(r"[0-9]{1,9}", value) else None


def _body(url: str, answer: urllib3.BaseHTTPResponse, deadline: float, max_bytes: int, is_cut: bool) -> bytes:
    coding = answer.headers.get("Content-Encoding", "").casefold()
    if coding not in ("", "identity", "gzip"):
        raise FetchError(f"{shown(url)}: content encoding {coding[:20]!r} was not asked for")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if coding == "gzip" else None
    taken, pieces, size = 0, list[bytes](), 0
    while True:
        # What is there, not a whole chunk: a server that drips would keep us from looking at the time.
        piece = answer.read1(_CHUNK)
        if time.monotonic() > deadline:
            raise _too_slow(url)
        if not piece:
            break
        taken += len(piece)
        if unpack and unpack.eof:
            raise FetchError(f"{shown(url)}: bytes behind the end of its gzip")
        if unpack:
            try:
                piece = unpack.decompress(piece, max_bytes + 1 - size)
            except zlib.error as error:
                raise FetchError(f"{shown(url)}: broken gzip") from error
        size += len(piece)
        if is_cut and size > max_bytes:
            return b"".join([*pieces, piece])[:max_bytes]
        if size > max_bytes or (unpack and size > max(taken, 1 << 10) * _MAX_RATIO):
            raise FetchError(f"{shown(url)}: more than {max_bytes} bytes")
        pieces.append(piece)
    if unpack and taken and not unpack.eof:
        raise FetchError(f"{shown(url)}: its gzip breaks off")
    return b"".join(pieces)
