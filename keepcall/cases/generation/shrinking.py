"""How a counter-example becomes smaller: templates and sequences that are a little simpler than another one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from keepcall.cases.generation.templates import RequestTemplate, Value

_Step = TypeVar("_Step")

_FEW = 12
"""Characters of a text from which one by one is taken out."""


def templates(template: RequestTemplate) -> Iterator[RequestTemplate]:
    """Simpler templates, the simplest first."""
    for index in range(len(template.parameters)):
        yield replace(template, parameters=_without(template.parameters, index, 1))
    if template.omitted:
        yield replace(template, omitted=frozenset())
    if template.percent_encoded:
        yield replace(template, percent_encoded=False)
    if template.backwards:
        yield replace(template, backwards=False)
    if template.method != "GET":
        yield replace(template, method="GET")
    if template.format:
        yield replace(template, format="")
    for index, (name, text) in enumerate(template.parameters):
        for simpler in texts(text):
            changed = ((name, simpler),)
            yield replace(
                template, parameters=(*template.parameters[:index], *changed, *template.parameters[index + 1 :])
            )


def texts(text: Value) -> Iterator[Value]:
    """Simpler values: without a twist, without one of the known values, with less of the text."""
    if text.kind and text.tail:
        yield replace(text, tail="")
        yield Value(text.tail)
    if text.kind not in {"", "secret"} and text.twist != "whole":
        yield replace(text, twist="whole")
    half = len(text.tail) // 2
    if half:
        yield replace(text, tail=text.tail[:half])
        yield replace(text, tail=text.tail[half:])
    if 1 < len(text.tail) <= _FEW:
        for index in range(len(text.tail)):
            yield replace(text, tail=text.tail[:index] + text.tail[index + 1 :])


def sequences(steps: tuple[_Step, ...]) -> Iterator[tuple[_Step, ...]]:
    """Shorter sequences: the end alone, then without a half, a quarter and a single step, from the front on."""
    for length in (1, 2, 3):
        if length < len(steps):
            yield steps[-length:]
    size = len(steps) // 2
    while size:
        for start in range(0, len(steps), size):
            if size < len(steps):
                yield _without(steps, start, size)
        size //= 2


def _without(items: Sequence[_Step], start: int, size: int) -> tuple[_Step, ...]:
    return (*items[:start], *items[start + size :])
