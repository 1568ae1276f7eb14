"""Lines for a POSIX shell that people paste: every word of them is quoted here, and nowhere else.

A word may hold whatever a server, a file or a stranger has written. It stays one word, in which nothing acts: not in
`sh`, and not in an interactive shell, which also expands `!`.
"""

import re
import shlex
from collections.abc import Callable, Iterable
from pathlib import Path

Pieces = Iterable[tuple[str, str]]
"""A word in pieces, as `Redactor.split` gives it: a text with no variable, or a variable with no text."""


def quoted(text: str) -> str:
    """The text as one word (POSIX.1-2024, Shell Command Language, section 2.2.2)."""
    return shlex.quote(text)


def path(place: Path) -> str:
    """A file as one word; one whose name begins with a hyphen does not pass for an option."""
    name = str(place)
    return quoted(f"./{name}" if name.startswith("-") else name)


def variable(name: str) -> str:
    """What a shell's variable holds, as one word."""
    return f'"${{{name}}}"'


def with_variables(pieces: Pieces, value: Callable[[str], str] = "${{{}}}".format) -> str:
    """Texts and variables together, as one word.

    Args:
        pieces: the word.
        value: what stands for a variable inside double quotes; an expansion of it, where its value is changed.

    An interactive shell expands `!` in double quotes, and no backslash before it goes away again. Where there is one,
    each text gets quotes of its own.
    """
    pieces = tuple(pieces)
    if any("!" in text for text, _ in pieces):
        return "".join(f'"{value(name)}"' if name else quoted(text) for text, name in pieces)
    return f'"{"".join(value(name) if name else _in_double_quotes(text) for text, name in pieces)}"'


_VARIABLE = re.compile(r"\$\{?(KEEPCALL_[A-Z_]+)\}?")


def again(line: str, *program: str) -> str:
    """A line that a file holds, so spelled that it runs this program and does nothing else; empty where it cannot.

    Args:
        line: as it was found.
        program: the words that it has to begin with.
    """
    try:
        words = shlex.split(line)
    except ValueError:  # a quotation mark without its fellow
        return ""
    if tuple(words[: len(program)]) != program:
        return ""
    spelled = ((_VARIABLE.fullmatch(word), word) for word in words)
    return " ".join(f'"${found[1]}"' if found else quoted(word) for found, word in spelled)


def _in_double_quotes(text: str) -> str:
    """Text for inside double quotes (section 2.2.3)."""
    return "".join(f"\\{c}" if c in '"\\$`' else c for c in text)
