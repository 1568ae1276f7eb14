"""Which calls are found and what may be done with them, where the documentation leaves it open."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from keepcall.server.call import Call, Recording, State
from keepcall.server.outcome import Code, Granted, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import LAST, ONGOING, Check, Rules
from keepcall.server.variants.table import variant


class Particular(Rules):
    """Refuses some of the calls that were selected."""

    async def select(self, request: ApiRequest) -> Call | Refused:
        """The call, unless there is something against it."""
        selected = await super().select(request)
        return selected if isinstance(selected, Refused) else self.objection(request, selected) or selected

    def objection(self, request: ApiRequest, call: Call) -> Refused | None:
        """What there is against it."""
        raise NotImplementedError


def is_done(request: ApiRequest, call: Call) -> bool:
    """Whether the call is already in the state that is asked for."""
    return (call.recording_active if request.is_manual_record else call.kept) != request.is_unmark


@variant()
class RefusesToKeepAKeptCall(Particular):
    """A server tells that the call has been marked already, and that there was nothing to do."""

    def objection(self, request: ApiRequest, call: Call) -> Refused | None:
        """Of a keep; an unmark is always granted."""
        return Refused(8, "Nothing to do.") if not request.is_unmark and is_done(request, call) else None


@variant()
class RefusesToUnmarkWhatIsNotMarked(Particular):
    """A server tells that there is no mark to clear."""

    def objection(self, request: ApiRequest, call: Call) -> Refused | None:
        """Of an unmark; a keep is always granted."""
        return Refused(9, "Nothing to undo.") if request.is_unmark and is_done(request, call) else None


@variant()
class RefusesBothSelectors(Rules):
    """A server takes callID and extension for alternatives, and both of them for a mistake."""

    def check_selector(self, request: ApiRequest) -> Refused | None:
        """An empty one counts as missing."""
        if request.call_id and request.extension:
            return Refused(Code.INVALID_PARAMETER, "Give either a callID or an extension.")
        return super().check_selector(request)


@variant()
class PrefersTheCallId(Rules):
    """A server looks for a callID first, and does not care for an extension beside it."""

    def agrees(self, *_: object) -> bool:
        """Always."""
        return True


@variant()
class PrefersTheExtension(Rules):
    """A server looks for an extension first, and does not care for a callID beside it."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        """Without the callID."""
        return await super().decide(replace(request, call_id="") if request.extension else request)

    def may_wait(self, request: ApiRequest) -> bool:
        """With a callID, too."""
        return super().may_wait(replace(request, call_id="") if request.extension else request)


@variant()
class ComparesCallIdsLetterByLetter(Rules):
    """A server takes a callID for a text, in which case counts."""

    def by_call_id(self, request: ApiRequest) -> Call | None:
        """As it is stored."""
        call = super().by_call_id(request)
        return call if call and call.call_id == request.call_id else None


@variant()
class KeepsUpcomingCalls(Rules):
    """A recorder knows of a call before it is answered, and can mark it by its ID then."""

    def is_eligible(self, request: ApiRequest, call: Call) -> bool:
        """In any state."""
        return call.recording is self.recording(request)


@variant()
class KeepsControlledCallsToo(Rules):
    """A recorder has one kind of mark, and sets it on controlled calls as well, when they are named by their ID."""

    def is_eligible(self, request: ApiRequest, call: Call) -> bool:
        """A keep acts on both kinds."""
        of_kind = not request.is_manual_record or call.recording is Recording.CONTROLLED
        return of_kind and call.state is not State.UPCOMING


@variant()
class RecordsOnDemandCallsToo(Rules):
    """A recorder starts the recording of any call by its ID, and leaves the mark alone all the same."""

    def is_eligible(self, request: ApiRequest, call: Call) -> bool:
        """`manualRecord` acts on both kinds, while the call goes on."""
        of_kind = request.is_manual_record or call.recording is Recording.ON_DEMAND
        return of_kind and call.state is not State.UPCOMING


@variant()
class CountsCallsOfBothKinds(Rules):
    """A server looks for the calls of a number first, and only then at what kind of call the one it found is."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        """On-demand and controlled ones."""
        calls = [c for kind in Recording for c in self.store.find(request.extension, State.ONGOING, kind)]
        return calls if len(calls) > 1 else super().ongoing(request)


@variant()
class ReadsNumbersAsPeopleWriteThem(Rules):
    """A server takes numbers as people do: spaces, zeros, a plus in front, a dialling sign behind, SIP URIs."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        """With the number as it is stored."""
        number = re.sub("^sips?:([^@]*)(@.*)?$", r"\1", request.extension.replace(" ", "")).lstrip("+").lstrip("0")
        number = number.rstrip("*#")
        return await super().decide(replace(request, extension=number))


@variant()
class LooksBackTwoHoursForTheLastCall(Rules):
    """A recorder keeps the calls of the last two hours in memory, and looks for the last one only there."""

    def last(self, request: ApiRequest) -> Call | None:
        """None where it ended earlier."""
        call = super().last(request)
        ended = call and (call.end_time or call.start_time)
        return call if ended and self.store.clock() - ended <= timedelta(hours=2) else None


@variant()
class RefusesToUnmarkACallToCome(Rules):
    """A server finds nothing to unmark in a call that has not begun, and does not wait for one."""

    async def next(self, request: ApiRequest, since: int) -> Call | None:
        """None for an unmark."""
        return None if request.is_unmark else await super().next(request, since)


@variant()
class GivesUpAWaitingKeepForAnUnmark(Rules):
    """A call to come has no mark yet, so that a server takes its unmark for giving up a keep that waits for it."""

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]  # handed on as they are
        self.waiting: dict[str, set[asyncio.Task[Call | None]]] = {}

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        """Granted at once, where it would have to wait."""
        waits = request.is_unmark and self.may_wait(request) and LAST not in self.statuses(request)
        if not waits or self.check(request) or (ONGOING in self.statuses(request) and self.ongoing(request)):
            return await super().decide(request)
        for task in self.waiting.pop(request.extension, ()):
            task.cancel()
        return Granted("")

    async def next(self, request: ApiRequest, since: int) -> Call | None:
        """None where it is given up."""
        task = asyncio.create_task(super().next(request, since))
        self.waiting.setdefault(request.extension, set()).add(task)
        await asyncio.wait({task})
        self.waiting.get(request.extension, set()).discard(task)
        return None if task.cancelled() else task.result()


@variant("KC-SEL-09")
class CountsPartiesInPlaceOfCalls(Rules):
    """A server asks its database twice, once for each party, and adds the results."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        """A call from a number to itself is in both."""
        parties = [party for call in calls for party in (call.calling_party, call.called_party)]
        return parties.count(request.extension) > 1


@variant()
class ChecksFromBehind(Rules):
    """A server makes its checks in another order: what is asked for first, who asks for it last."""

    def checks(self) -> Sequence[Check]:
        """From behind; whether there is a key to check the token by is for the last ones to say."""
        return tuple(reversed(super().checks()))
