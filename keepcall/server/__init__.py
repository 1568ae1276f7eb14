"""The reference server: a correct and readable KeepCall, for clients to talk to and for faults to be built on.

It shares no code with the suite, so that the suite and its subject cannot agree by accident. Where to look:

- `rules`      the decision on a request; start reading here
- `tokens`     the decision on a request for a token
- `outcome`    granted, refused and why
- `answers`    XML, HTML, TEXT and the HTTP response around them
- `request`    from the wire to parameters
- `store`, `keys`, `database`, `call`, `moment`    what the server knows
- `arrivals`   waiting for the next call
- `control`    the lab control protocol
- `app`, `endpoint`, `serve`, `settings`    put together and run
"""

from keepcall.server.app import KeepCallServer
from keepcall.server.serve import RunningServer, serve
from keepcall.server.settings import Settings

__all__ = ["KeepCallServer", "RunningServer", "Settings", "serve"]
