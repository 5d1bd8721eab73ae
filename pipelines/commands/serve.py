"""`dateline serve`: the release to readers over the network."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.commands.common import WRONG_USE, AsJson, deployment, print_json, published, stop


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 9494,
    as_json: AsJson = False,
) -> None:
    """Serve the published release to DuckDB clients, read-only, behind a token; Ctrl-C ends it.

    Example: dateline serve --port 9494
    """
    import signal
    import threading

    from pipelines.warehouse.extensions import ExtensionMissingError
    from pipelines.warehouse.serve import LOOPBACK, ServeError, token_of
    from pipelines.warehouse.serve import serve as act

    found = deployment()
    published(found)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        token, file = token_of(found.home)
        attach = f"ATTACH 'quack:{host}:{port}' AS dateline (TOKEN '…')"
        if as_json:
            print_json({"attach": attach, "token_file": str(file)})
        else:
            typer.echo(f"readers: {attach}; the token is in {file}")
        if host not in LOOPBACK:
            typer.echo("no TLS here: put a proxy in front (docs/how-to/serve-a-release.md)", err=True)
        act(
            found.home,
            host,
            port,
            token,
            ended,
            lambda release: typer.echo(f"serving release {release}", err=as_json),
        )
    except (ServeError, ExtensionMissingError) as error:
        stop(WRONG_USE, str(error))
