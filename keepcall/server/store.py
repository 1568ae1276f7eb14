"""The calls that the recorder knows, and who wants to hear when one of them changes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from keepcall.server.call import Call, Recording, State
from keepcall.server.database import Database, Row, Value
from keepcall.server.moment import Clock, as_text, from_text, microseconds

# An upcoming call is ongoing from its start on. Nobody has to change the row for that: it is read this way.
STATE = "CASE WHEN state = 'upcoming' AND began <= :now THEN 'ongoing' ELSE state END"
COLUMNS = f"call_id, calling_party, called_party, {STATE}, start_time, end_time, recording, kept, recording_active"
NEVER = 0


class Store:
    """Finds, reads and changes calls; may be used from any thread.

    `began` is the moment at which a call became ongoing (or, upcoming, will), in microseconds. The store
    never names one moment twice, so that before and after can be told even within a tick of the clock.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.clock = clock
        self._database = database
        self._latest = NEVER
        self._listeners: list[Callable[[], object]] = []

    def moment(self) -> int:
        """Now, in microseconds, and later than any moment named before."""
        with self._database.lock:
            self._latest = max(microseconds(self.clock()), self._latest + 1)
            return self._latest

    # What KeepCall asks

    def get(self, call_id: str) -> Call | None:
        """The call of that ID, whatever the case of its letters (KC-SEL-01, KC-SEL-02)."""
        calls = self._select("call_id = :call_id", call_id=call_id)
        return calls[0] if calls else None

    def find(self, number: str, state: State, recording: Recording) -> list[Call]:
        """All calls of a number that are in this state and recorded in this way (KC-SEL-08, KC-STA-02)."""
        return self._select(
            f"{self.participant(number)} AND {STATE} = :state AND recording = :recording",
            number=number,
            state=state,
            recording=recording,
        )

    def first_begun(self, number: str, recording: Recording, since: int, until: int) -> Call | None:
        """The first call of a number that became ongoing after `since`, up to `until` (KC-STA-05)."""
        calls = self._select(
            f"{self.participant(number)} AND recording = :recording "
            "AND began > :since AND began <= :until AND began <= :now ORDER BY began LIMIT 1",
            number=number,
            recording=recording,
            since=since,
            until=until,
        )
        return calls[0] if calls else None

    def participant(self, number: str) -> str:  # noqa: ARG002 (SQL binds :number; whoever overrides may look)
        """The SQL condition: the number, as a whole, is one of the parties (KC-SEL-04, -05, -06, -09)."""
        return "(calling_party = :number OR called_party = :number)"

    def next_beginning(self, after: int) -> int | None:
        """When the next upcoming call becomes ongoing."""
        [(began,)] = self._database.rows("SELECT MIN(began) FROM calls WHERE began > ?", (after,))
        return None if began is None else int(began)

    def set_kept(self, call_id: str, kept: bool) -> None:
        """Set or clear the on-demand mark of one call (KC-EFF-01, KC-EFF-02, KC-EFF-05)."""
        self._database.run("UPDATE calls SET kept = ? WHERE call_id = ?", (kept, call_id))

    def set_recording_active(self, call_id: str, active: bool) -> None:
        """Start or stop the recording of one controlled call (KC-TYPE-01, KC-UNM-06)."""
        self._database.run("UPDATE calls SET recording_active = ? WHERE call_id = ?", (active, call_id))

    # What the lab asks

    def put(self, call: Call) -> None:
        """Store a call, in place of an earlier version of it."""
        with self._database.lock:
            self._database.run(
                "INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    call.call_id,
                    call.calling_party,
                    call.called_party,
                    call.state,
                    as_text(call.start_time),
                    None if call.end_time is None else as_text(call.end_time),
                    call.recording,
                    call.kept,
                    call.recording_active,
                    self._beginning(call),
                ),
            )
        self.wake()

    def delete(self, call_id: str) -> None:
        """Forget a call, if there is one of that ID."""
        self._database.run("DELETE FROM calls WHERE call_id = ?", (call_id,))
        self.wake()

    @contextmanager
    def listening(self, listener: Callable[[], object]) -> Iterator[None]:
        """While in here, `listener` is called after each change of the lab's, in the thread that made it."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def wake(self) -> None:
        """Call all listeners."""
        for listener in tuple(self._listeners):
            listener()

    def _beginning(self, call: Call) -> int:
        """When this version of a call became ongoing: now, by the clock, or as its earlier version says."""
        now = self.moment()
        if call.state is State.UPCOMING:
            return max(microseconds(call.start_time), now)
        earlier = self.get(call.call_id)
        if call.state is State.ONGOING and (earlier is None or earlier.state is not State.ONGOING):
            return now
        statement = "SELECT began FROM calls WHERE call_id = ? AND began <= ?"
        rows = self._database.rows(statement, (call.call_id, now))
        return int(rows[0][0] or NEVER) if rows else NEVER

    def _select(self, condition: str, **values: Value) -> list[Call]:
        statement = f"SELECT {COLUMNS} FROM calls WHERE {condition}"  # noqa: S608 (values are bound, never pasted)
        return [_call(row) for row in self._database.rows(statement, {**values, "now": self.moment()})]


def _call(row: Row) -> Call:
    call_id, calling_party, called_party, state, start_time, end_time, recording, kept, active = row
    return Call(
        call_id=str(call_id),
        calling_party=str(calling_party),
        called_party=str(called_party),
        state=State(str(state)),
        start_time=from_text(str(start_time)),
        end_time=None if end_time is None else from_text(str(end_time)),
        recording=Recording(str(recording)),
        kept=bool(kept),
        recording_active=bool(active),
    )
