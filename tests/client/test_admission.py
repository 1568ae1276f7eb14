"""The token is looked after, whatever the target answers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from keepcall.admission import Admission
from keepcall.client import Client
from keepcall.exchange import NoAnswer
from keepcall.redaction import Redactor
from keepcall.request import keep
from keepcall.target import Credentials, Secret, Target
from keepcall.tokens import TokenSource

if TYPE_CHECKING:
    from tests.conftest import RawServer


def test_a_target_that_does_not_answer_is_no_failure_of_the_suite(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    server = serve([], keeps_alive=False)
    url = f"http://127.0.0.1:{server.port}/verba/api"
    target = Target("a recorder", url, Credentials(Secret("a-key"), Secret("a-token")))
    admission = Admission(target, client_of(server), TokenSource(target, Redactor({})))

    exchange = admission.send(keep(action="KeepCall", apiKey="a-key", token="a-token").by("GET"), "a test")

    assert isinstance(exchange.result, NoAnswer)
    assert exchange.result.trouble == "lost"
