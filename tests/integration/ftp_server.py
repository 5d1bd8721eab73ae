"""A small FTP server of its own, for what a cloud folder goes through: a real protocol on a real socket."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class Files(socketserver.StreamRequestHandler):
    """Serves `files` (path to bytes, time of change) to one user."""

    files: ClassVar[dict[str, tuple[bytes, str]]] = {}
    lies: ClassVar[int] = 0
    """Bytes that the listing says a file has beyond those it has."""
    cut_at: ClassVar[int | None] = None
    """A transfer breaks off there."""
    read: ClassVar[list[str]] = []

    def handle(self) -> None:
        """One connection, to its end."""
        self.data: socket.socket | None = None
        self.start, self.user = 0, ""
        self.say("220 ready")
        while line := self.rfile.readline(2000).decode():
            verb, _, rest = line.strip().partition(" ")
            answer = getattr(self, f"on_{verb.lower()}", None)
            self.say(answer(rest) if answer else "502 not known")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def on_user(self, name: str) -> str:
        self.user = name
        return "331 password"

    def on_pass(self, word: str) -> str:
        return "230 welcome" if (self.user, word) == ("ann", "s3cret-word") else "530 no such ann:s3cret-word"

    def on_type(self, _: str) -> str:
        return "200 fine"

    def on_epsv(self, _: str) -> str:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.listening = listening.dup()
        return f"229 here (|||{self.listening.getsockname()[1]}|)"

    def on_pasv(self, _: str) -> str:
        port = int(self.on_epsv("").rsplit("|", 2)[1])
        return f"227 here (127,0,0,1,{port // 256},{port % 256})"

    def on_rest(self, at: str) -> str:
        self.start = int(at)
        return "350 from there"

    def on_mlsd(self, folder: str) -> str:
        below = folder.rstrip("/") + "/"
        lines = set()
        for path, (body, changed) in Files.files.items():
            if path.startswith(below):
                name, _, deeper = path.removeprefix(below).partition("/")
                fact = "type=dir;" if deeper else f"type=file;size={len(body) + Files.lies};modify={changed};"
                lines.add(f"{fact} {name}\r\n")
        if not lines:
            return "550 nothing there"
        return self.send("".join(sorted(lines)).encode(), None)

    def on_retr(self, path: str) -> str:
        if path not in Files.files:
            return "550 nothing there"
        Files.read.append(path)
        start, self.start = self.start, 0
        return self.send(Files.files[path][0][start:], Files.cut_at)

    def send(self, body: bytes, cut_at: int | None) -> str:
        self.say("150 it comes")
        data, _ = self.listening.accept()
        self.listening.close()
        try:
            with data:
                data.sendall(body[:cut_at])
        except OSError:
            return "426 gone"
        return "426 broken off" if cut_at is not None and cut_at < len(body) else "226 done"

    def on_quit(self, _: str) -> str:
        return "221 bye"


@contextmanager
def serving(files: dict[str, tuple[bytes, str]]) -> Iterator[str]:
    """The address of a server that has these files."""
    Files.files, Files.lies, Files.cut_at = files, 0, None
    Files.read.clear()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Files)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"ftp://ann:s3cret-word@127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
