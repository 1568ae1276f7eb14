"""`keepcall serve`: the reference server by itself."""

from argparse import ArgumentParser, Namespace

from keepcall.cli.arguments import port
from keepcall.server import serve

_DATABASE = "keep the calls in this SQLite file, which its owner alone can read; default: in memory"


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Runs the reference server until Ctrl-C, as a stand-in to write a KeepCall client against."
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=port, default=8080, help="0 for any free one (default: %(default)s)")
    parser.add_argument("--database", metavar="FILE", help=_DATABASE)


def main(options: Namespace) -> int:
    """The exit code of the server."""
    return serve(options.host, options.port, options.database)
