"""`keepcall verify` believes no file that somebody has sent: not its names, not its texts, not what kind it is."""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keepcall.cli import main
from keepcall.report.certificate import signing

Statement = dict[str, Any]
Verify = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def verify(capfd: pytest.CaptureFixture[str]) -> Verify:
    """Exit code and lines of a verification."""

    def run(*words: object) -> tuple[int, list[str]]:
        capfd.readouterr()
        code = main.main(["verify", *map(str, words)])
        told = capfd.readouterr()
        assert "Traceback" not in told.err
        assert "a bug of ours" not in told.err
        return code, (told.out + told.err).split("\n")

    return run


@pytest.fixture
def signed_anew(certified: Path, key: Path) -> Callable[[Callable[[Statement], object]], Path]:
    """The certificate with another statement, which its own signer has signed."""

    def sign(change: Callable[[Statement], object]) -> Path:
        envelope = certified / "certificate.dsse.json"
        statement = json.loads(base64.b64decode(json.loads(envelope.read_bytes())["payload"]))
        change(statement)
        envelope.write_bytes(signing.sign(statement, signing.pair(key)))
        return certified

    return sign


def as_link(path: Path) -> None:
    path.rename(path.parent.parent / path.name)
    path.symlink_to(path.parent.parent / path.name)


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("odd", [as_link, as_pipe], ids=["a link", "a pipe"])
@pytest.mark.parametrize("name", ["report.json", "certificate.pdf", "certificate.pub"])
def test_a_part_is_a_file_of_its_own(
    certified: Path, key: Path, verify: Verify, odd: Callable[[Path], None], name: str
) -> None:
    odd(certified / name)

    code, told = verify(certified, "--key", f"{key}.pub")

    assert code == 1
    assert f"{name}: is " in told[0]


@pytest.mark.parametrize(("odd", "code"), [(as_link, 1), (as_pipe, 2)], ids=["a link", "a pipe"])
def test_so_is_the_envelope(certified: Path, verify: Verify, odd: Callable[[Path], None], code: int) -> None:
    odd(certified / "certificate.dsse.json")

    assert verify(certified)[0] == code


@pytest.mark.parametrize(
    "name",
    [
        *("/etc/hostname", "../report.json", "..", ".", "", "a/b", "a\\b", "C:report.json", "report.json\n"),
        *("\x1b[2J", " report.json", "a" * 500, "\u202enosj.troper", "a\x00b", ".hidden", "-rf"),
    ],
)  # fmt: skip
def test_a_name_that_leads_out_of_the_folder_or_acts_is_refused(
    signed_anew: Callable[[Callable[[Statement], object]], Path], verify: Verify, name: str
) -> None:
    folder = signed_anew(lambda s: s["subject"].append({"name": name, "digest": {"sha256": "0" * 64}}))

    code, told = verify(folder)

    assert code == 1
    assert "which is no file beside it" in told[0]
    assert all(line.isprintable() for line in told)


def without(*keys: str) -> Callable[[Statement], object]:
    def change(statement: Statement) -> None:
        at = statement
        for key in keys[:-1]:
            at = at[key]
        del at[keys[-1]]

    return change


def setting(value: object, *keys: str) -> Callable[[Statement], object]:
    def change(statement: Statement) -> None:
        at = statement
        for key in keys[:-1]:
            at = at[key]
        at[keys[-1]] = value

    return change


ODD: dict[str, Callable[[Statement], object]] = {
    "no subject": without("subject"),
    "an empty subject": setting([], "subject"),
    "a subject of something else": setting([1, None, "x"], "subject"),
    "too many parts": setting([{"name": f"p{i}", "digest": {"sha256": "0" * 64}} for i in range(99)], "subject"),
    "the same part twice": lambda s: s["subject"].append(s["subject"][0]),
    "no digest": lambda s: s["subject"][0].pop("digest"),
    "an odd digest": lambda s: s["subject"][0]["digest"].update(sha256="x"),
    "no predicate": without("predicate"),
    "nothing of ours": without("predicate", "keepcall"),
    "no target": without("predicate", "keepcall", "target"),
    "a verdict that there is not": setting("conformant\n  signed  by everybody", "predicate", "keepcall", "verdict"),
    "a scope that there is not": setting("full), tested by all (", "predicate", "keepcall", "scope"),
    "a verdict that is none": setting(["conformant"], "predicate", "keepcall", "verdict"),
    "a certificate of a run that earns none": setting("incomplete", "predicate", "keepcall", "verdict"),
    "another verdict than the report": setting("conformant with remarks", "predicate", "keepcall", "verdict"),
}  # fmt: skip


@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
def test_a_statement_that_is_none_of_ours_is_refused_whoever_signed_it(
    signed_anew: Callable[[Callable[[Statement], object]], Path],
    verify: Verify,
    key: Path,
    change: Callable[[Statement], object],
) -> None:
    code, told = verify(signed_anew(change), "--key", f"{key}.pub")

    assert code == 1
    assert len(told) == 2
    assert "signed  by" not in told[0]


PAD = "\u2800\u3164\u115f\u00a0 \t" * 40
FORGED = (
    f"R\n  signed  by the key 00, which you named\r\x1b[1A\x1b[2K\u2028  verdict conformant\u202e{PAD}signed by you"
)


@pytest.mark.parametrize(
    "keys", [("target", "name"), ("target", "url"), ("started",)], ids=["the name", "the address", "the time"]
)
def test_the_text_of_a_statement_cannot_look_like_a_line_of_ours(
    signed_anew: Callable[[Callable[[Statement], object]], Path], verify: Verify, keys: tuple[str, ...]
) -> None:
    usual = verify(signed_anew(lambda _: None))[1]

    code, told = verify(signed_anew(setting(FORGED, "predicate", "keepcall", *keys)))

    assert code == 0
    assert len(told) == len(usual)
    assert sum(line.startswith("  signed  by the key") for line in told) == 1
    assert sum(line.startswith("  verdict ") for line in told) == 1
    assert all(line.isprintable() and not set(line) & set("\u2800\u3164\u115f") for line in told)


def test_what_lies_beside_it_is_told_without_what_acts(certified: Path, verify: Verify) -> None:
    (certified / "x\n  signed  by the key 00\x1b[2K").touch()

    code, told = verify(certified)

    assert code == 0
    assert sum(line.startswith("  signed  by the key") for line in told) == 1
    assert all(line.isprintable() for line in told)


def test_it_says_that_the_run_is_the_signers_word(certified: Path, key: Path, verify: Verify) -> None:
    assert any("is their word" in line for line in verify(certified, "--key", f"{key}.pub")[1])
