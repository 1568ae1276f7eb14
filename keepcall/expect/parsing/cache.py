"""Remembered results of pure functions: most answers of a target are byte for byte the same."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")

MANY = 128
"""Large bodies of which results are kept that take no room: as many as a run has that come to its limit of them."""

_SMALL = 8_192
"""Bytes of a body up to which many results are kept; a documented answer has two hundred."""


def memoised(large: int = 2) -> Callable[[Callable[_Given, _Found]], Callable[_Given, _Found]]:
    """Decorates a function so that it remembers its results: many of small arguments, and the last few of large ones.

    Args:
        large: how many of those; few where results take as much room as a body itself.
    """

    def decorate(function: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
        of_small = cast(Callable[_Given, _Found], lru_cache(maxsize=1024)(function))
        of_large = cast(Callable[_Given, _Found], lru_cache(maxsize=large)(function))

        @wraps(function)
        def remembering(*args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
            for arg in args:
                if isinstance(arg, bytes | str) and len(arg) > _SMALL:
                    return of_large(*args, **kwargs)
            return of_small(*args, **kwargs)

        return remembering

    return decorate
