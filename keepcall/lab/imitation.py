"""In place of a program, where a run is rehearsed: it offers as much, and places its calls at a stand-in's lab."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from keepcall.call import Call, Spec
from keepcall.lab.control import ControlLab
from keepcall.lab.offer import Offer
from keepcall.lab.program import Program
from keepcall.outcomes import NotTested


class Imitation(Program):
    """Answers as a program would that offers this.

    Whether a program's calls are disposable shows when it has placed one; these are not, so that a plan counts the
    requests by which marks are taken off.

    Args:
        url: of the stand-in's lab control protocol.
        offer: what the program said.
    """

    def __init__(self, url: str, offer: Offer) -> None:
        super().__init__(("a stand-in",), Path(), 0.0)
        self._lab = ControlLab(url)
        self._offer = replace(offer, resolution=0.001)
        self._calls: dict[str, Call] = {}

    def ask(self, action: Mapping[str, Any]) -> dict[str, Any]:
        """What the program would answer."""
        match action["action"]:
            case "offer":
                offered = self._offer
                told = {"callID": offered.call_ids, "read": offered.reads, "resolution": offered.resolution}
                return {"offer": told | {"recordings": list(offered.recordings)}}
            case "place":
                return self._place(action["call"])
            case "end":
                now = datetime.now(UTC)
                end = now.replace(microsecond=now.microsecond // 1000 * 1000)
                call = self._lab.read(self._calls[action["handle"]])
                return self._told(self._lab.put(replace(call, state="finished", end_time=end)))
            case "read":
                if not self._offer.reads:
                    raise NotTested("the lab's program does not read calls back")
                return self._told(self._lab.read(self._calls[action["handle"]]))
            case _:
                self._lab.remove(self._calls.pop(action["handle"]))
                return {}

    def close(self) -> tuple[str, ...]:
        """Ends the connections."""
        return self._lab.close()

    def _place(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        parties = asked["callingParty"], asked["calledParty"]
        call = self._lab.put(Spec(started=0).call(*parties, datetime.now(UTC), asked["recording"]))
        self._calls[call.call_id] = call
        return {"handle": call.call_id} | self._told(call)

    def _told(self, call: Call) -> dict[str, Any]:
        told = {key: value for key, value in call.as_json().items() if value is not None}
        if not self._offer.call_ids:
            del told["callID"]
        return {"call": told}
