"""What the program of a command lab says of itself, before anything is asked of it."""

from dataclasses import dataclass

from keepcall.contract.call import Recording, State

ANY: tuple[Recording, ...] = ("on-demand", "controlled")


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be asked for; everything, as long as nobody knows.

    Attributes:
        declared: whether the program has said so.
        recordings: the kinds of calls that can be placed.
        call_ids: whether the recorder's IDs of the calls are known.
        reads: whether a call can be read back.
        upcoming: whether there can be calls that have not begun; of a program nobody asks for one.
        resolution: seconds to which the recorder notes the end of a call.
    """

    declared: bool = False
    recordings: tuple[Recording, ...] = ANY
    call_ids: bool = True
    reads: bool = True
    upcoming: bool = False
    resolution: float = 1.0

    def in_words(self) -> str:
        """For people."""
        ids = "with" if self.call_ids else "without"
        reads = "and reads them back" if self.reads else "and does not read them back"
        return f"{' and '.join(self.recordings)} calls, {ids} their callIDs, {reads}"

    def lacks(self, recording: Recording, state: State) -> str:
        """Why a call of this kind cannot be placed; empty where it can."""
        if state == "upcoming" and not self.upcoming:
            return "the lab places no calls that have not begun"
        return "" if recording in self.recordings else f"the lab's program places no {recording} calls"
