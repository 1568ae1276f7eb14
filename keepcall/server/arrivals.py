"""Waiting for a call that has not started yet: `status=next`."""

import asyncio

from keepcall.server.call import Call, Recording
from keepcall.server.store import Store

SECOND = 1_000_000  # in the store's microseconds


class Arrivals:
    """Waits without holding up other requests; each waiter by itself."""

    def __init__(self, store: Store, window: float) -> None:
        self.store = store
        self.window = window
        self.closed = False

    async def first(self, number: str, recording: Recording, since: int) -> Call | None:
        """The first call of a number that starts after `since` and within the window (KC-STA-05)."""
        until = since + round(self.window * SECOND)
        changed = asyncio.Event()
        loop = asyncio.get_running_loop()
        with self.store.listening(lambda: loop.call_soon_threadsafe(changed.set)):
            while not self.closed:
                changed.clear()
                now = self.store.moment()
                call = self.store.first_begun(number, recording, since, until)
                if call is not None or now >= until:
                    return call
                await self.pause(changed, self.wake_up(now, until) - now)
        return None

    def wake_up(self, now: int, until: int) -> int:
        """When to look again, should nothing change before: at the next beginning of a call, or at the end."""
        beginning = self.store.next_beginning(now)
        return until if beginning is None else min(beginning, until)

    @staticmethod
    async def pause(changed: asyncio.Event, microseconds: int) -> None:
        """Wait for a change, this long at the most."""
        try:
            async with asyncio.timeout(microseconds / SECOND):
                await changed.wait()
        except TimeoutError:
            pass

    def close(self) -> None:
        """End all waiting, as if the window were over: the server is about to stop."""
        self.closed = True
        self.store.wake()
