"""The reference server, put together; a fault or a variant is a subclass that replaces one small part."""

import asyncio
from collections.abc import Coroutine

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope

from keepcall.server.answers import Answers
from keepcall.server.arrivals import Arrivals
from keepcall.server.control import LabControl
from keepcall.server.database import Database
from keepcall.server.endpoint import Endpoint
from keepcall.server.keys import Keys
from keepcall.server.moment import Clock, utc_now
from keepcall.server.outcome import Outcome
from keepcall.server.request import ApiRequest, RequestReader
from keepcall.server.rules import Rules
from keepcall.server.settings import Settings
from keepcall.server.store import Store
from keepcall.server.tokens import ACTION as REQUEST_TOKEN
from keepcall.server.tokens import TokenRules

API_PATH = "/verba/api"
LAB_PATH = "/lab"


class KeepCallServer:
    """One server: its parts, and the way of a request through them, from `api` over `answer` to `decide`."""

    reader_class: type[RequestReader] = RequestReader
    rules_class: type[Rules] = Rules
    token_rules_class: type[TokenRules] = TokenRules
    answers_class: type[Answers] = Answers
    store_class: type[Store] = Store
    keys_class: type[Keys] = Keys
    arrivals_class: type[Arrivals] = Arrivals
    control_class: type[LabControl] = LabControl
    endpoint_class: type[Endpoint] = Endpoint

    def __init__(self, settings: Settings | None = None, clock: Clock = utc_now) -> None:
        self.settings = settings or Settings.random()
        self.database = Database(self.settings.database)
        self.store = self.store_class(self.database, clock)
        self.keys = self.keys_class(self.database, clock)
        self.keys.install(self.settings)
        self.arrivals = self.arrivals_class(self.store, self.settings.next_window)
        self.reader = self.reader_class()
        self.rules = self.rules_class(self.store, self.keys, self.arrivals)
        self.token_rules = self.token_rules_class(self.keys)
        self.answers = self.answers_class()
        self.control = self.control_class(self.store, RequestReader())
        self.app = self.wrap(Router(self.routes(), redirect_slashes=False))

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """What the web server calls: the application, or something around it."""
        return app

    def routes(self) -> list[BaseRoute]:
        """All resources: the API and the lab control protocol."""
        api = self.endpoint_class({"GET": self.api, "POST": self.api})
        return [Route(API_PATH, api), *self.control.routes()]

    async def api(self, scope: Scope, receive: Receive) -> Response:
        """Answer one request to the API; a client that leaves meanwhile is not waited for."""
        request = await self.reader.read(scope, receive)
        answering = self.answer(request)
        return await (while_connected(receive, answering) if self.rules.may_wait(request) else answering)

    async def answer(self, request: ApiRequest) -> Response:
        """Decide on the request, and write what came of it."""
        outcome = await self.decide(request)
        await self.delay(request)
        return self.answers.response(request, outcome)

    async def decide(self, request: ApiRequest) -> Outcome:
        """What the request comes to, by the rules of its action."""
        if request.action == REQUEST_TOKEN:
            return self.token_rules.decide(request)
        return await self.rules.decide(request)

    async def delay(self, request: ApiRequest) -> None:  # noqa: ARG002 (for overrides)
        """Hold the answer back, for as long as the settings say."""
        if self.settings.latency:
            await asyncio.sleep(self.settings.latency)

    def stop_waiting(self) -> None:
        """Have all requests that wait for a call answered now."""
        self.arrivals.close()

    def close(self) -> None:
        """Let go of the database. The server is of no use any more."""
        self.database.close()


async def while_connected(receive: Receive, answering: Coroutine[None, None, Response]) -> Response:
    """The answer, unless the client leaves before: then the work on it is dropped where it stands."""
    answer = asyncio.ensure_future(answering)
    left = asyncio.ensure_future(disconnection(receive))
    try:
        await asyncio.wait((answer, left), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        raise ClientDisconnect
    finally:
        answer.cancel()
        left.cancel()


async def disconnection(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
