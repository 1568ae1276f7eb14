"""Sockets on loopback that a server or a front listens on, and the addresses that lead to them."""

import socket


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections, on a free port if port is 0.

    The protocol is named, because asyncio turns Nagle's algorithm off only where it is. Otherwise uvicorn's two
    writes for an answer, head and body, meet the client's delayed ACK: 44 ms a request instead of a fraction of one.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def base_url(listener: socket.socket) -> str:
    """How the socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (told apart, not bound to)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
