"""Running a server: in a thread of this process, or in the foreground."""

import shlex
import socket
import sqlite3
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import uvicorn

from keepcall.server.app import API_PATH, LAB_PATH, KeepCallServer
from keepcall.server.database import IN_MEMORY, private
from keepcall.server.listening import base_url, listen
from keepcall.server.settings import Settings

# Longer than any pause that a client makes between two requests, so that no connection closes under a request.
KEEP_ALIVE = 120
# For handlers that do not come back by themselves; `next` does, when it is told to stop waiting.
GRACE = 1


class WebServer(uvicorn.Server):
    """uvicorn on a socket of ours; says when it is ready, and ends the waiting of `next` before it stops."""

    def __init__(self, server: KeepCallServer, listener: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                server.app,
                http="httptools",
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self.ready = threading.Event()
        self._server = server
        self._listener = listener

    def work(self) -> None:
        """Serve until told to stop."""
        try:
            self.run(sockets=[self._listener])
        finally:
            self.ready.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, without waiting for calls that may come."""
        self._server.stop_waiting()
        await super().shutdown(sockets)


class RunningServer:
    """A server in a thread of its own, on a free port of this machine, for the length of a `with` block."""

    def __init__(self, server: KeepCallServer | None = None) -> None:
        self.server = server or KeepCallServer()
        self._listener = listen("127.0.0.1", 0)
        self._web = WebServer(self.server, self._listener)
        self._thread = threading.Thread(target=self._web.work, name="keepcall-server", daemon=True)
        self._base = base_url(self._listener)

    @property
    def url(self) -> str:
        """Where the API is."""
        return self._base + API_PATH

    @property
    def lab_url(self) -> str:
        """Where the lab control protocol is."""
        return self._base + LAB_PATH

    @property
    def settings(self) -> Settings:
        """The server's credentials and times."""
        return self.server.settings

    def start(self) -> None:
        """Serve; returns when requests are taken."""
        self._thread.start()
        self._web.ready.wait()
        if not self._web.started:
            raise RuntimeError("the server did not start; its thread has printed why")

    def stop(self) -> None:
        """Answer what is under way, and end."""
        self._web.should_exit = True
        if self._thread.ident is not None:
            self._thread.join()
        self._listener.close()
        self.server.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(host: str, port: int, database: str | None = None) -> int:
    """Serve in the foreground until Ctrl-C; returns the exit code."""
    settings = Settings.random(database=database or IN_MEMORY)
    try:
        warnings = private(settings.database)
        server = KeepCallServer(settings)
    except (sqlite3.Error, OSError) as error:
        return _failed(f"cannot use the database {settings.database}: {error}")
    sys.stderr.writelines(f"keepcall serve: {warning}\n" for warning in warnings)
    try:
        listener = listen(host, port)
    except OSError as error:
        server.close()
        return _failed(f"cannot listen on {host}, port {port}: {error}")
    sys.stdout.write(welcome(base_url(listener), settings))
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        WebServer(server, listener).work()
    listener.close()
    server.close()
    return 0


def welcome(base: str, settings: Settings) -> str:
    """What the user has to know, down to two lines that can be pasted: make a call, keep it."""
    call = '{"callingParty": "8856", "calledParty": "2001"}'
    query = urlencode(
        {
            "action": "KeepCall",
            "apiKey": settings.api_key,
            "token": settings.token,
            "responseType": "XML",
            "extension": "8856",
            "status": "ongoing",
        }
    )
    return f"""\
KeepCall reference server (Ctrl-C ends it)

  URL                 {base}{API_PATH}
  lab URL             {base}{LAB_PATH}

  API key             {settings.api_key}
  token               {settings.token}   (for 1 hour)
  expired token       {settings.expired_token}
  key without token   {settings.open_api_key}
  other API key       {settings.other_api_key}
  its token           {settings.other_token}
  user, password      {settings.user}  {settings.password}   (for RequestToken)

Try it:

  curl -d {shlex.join([call])} {shlex.join([base + LAB_PATH + "/calls"])}
  curl {shlex.join([base + API_PATH + "?" + query])}

"""


def _failed(message: str) -> int:
    sys.stderr.write(f"keepcall serve: {message}\n")
    return 2
