"""Other codes than the reference server's, for all refusals but the documented one."""

from keepcall.server.answers import Answers
from keepcall.server.outcome import NOT_FOUND, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import Rules
from keepcall.server.variants.table import variant

FIXED = ("0", "2")


class Renumbered(Answers):
    """Codes by another scheme; 0 and 2 are documented, and stay."""

    def code(self, request: ApiRequest, outcome: Outcome) -> str:
        """By the scheme, unless it is documented."""
        code = super().code(request, outcome)
        return code if code in FIXED else self.renumbered(int(code))

    def renumbered(self, code: int) -> str:
        """The scheme."""
        raise NotImplementedError


@variant()
class HasNegativeCodes(Renumbered):
    """A C programmer returns a negative number where something goes wrong."""

    def renumbered(self, code: int) -> str:
        """`-1`."""
        return str(-code)


@variant()
class HasCodesWithSignsAndZeros(Renumbered):
    """A formatted output pads its numbers, and has a sign in front of each."""

    def renumbered(self, code: int) -> str:
        """`+0001`."""
        return f"{code:+05}"


@variant()
class HasHugeCodes(Renumbered):
    """A Windows server answers with HRESULTs as unsigned numbers, and with longer ones from below."""

    def renumbered(self, code: int) -> str:
        """More than 32 bits, and one of more than 64."""
        return str((0x80070000 | code) * (10**12 if code == 1 else 1))


@variant()
class HasHttpStatusesForCodes(Renumbered):
    """A vendor takes the numbers that everybody knows."""

    def renumbered(self, code: int) -> str:
        """400, 401 and 409."""
        return {1: "400", 3: "409", 6: "404"}.get(code, "401")


@variant()
class HasOneCodeForAllRefusals(Answers):
    """A server knows one code for everything that goes wrong, the documented one."""

    def code(self, request: ApiRequest, outcome: Outcome) -> str:
        """2 for every refusal."""
        return "2" if isinstance(outcome, Refused) else super().code(request, outcome)


@variant()
class HasOneMessageForAllRefusals(Rules):
    """A server that gives nothing away refuses everything as a call that cannot be found."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        """The documented refusal, whatever the reason."""
        outcome = await super().decide(request)
        return NOT_FOUND if isinstance(outcome, Refused) else outcome
