"""Remembered results of pure functions: most answers of a target are byte for byte the same."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")

_SMALL = 8_192
"""Bytes of a body up to which many results are kept; a documented answer has two hundred."""


def memoised(function: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
    """A function that remembers its results: many of small arguments, and the last few of large ones."""
    small = cast(Callable[_Given, _Found], lru_cache(maxsize=1024)(function))
    large = cast(Callable[_Given, _Found], lru_cache(maxsize=2)(function))

    @wraps(function)
    def remembering(*args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
        for arg in args:
            if isinstance(arg, bytes | str) and len(arg) > _SMALL:
                return large(*args, **kwargs)
        return small(*args, **kwargs)

    return remembering
