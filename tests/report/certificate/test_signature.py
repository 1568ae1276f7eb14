"""A certificate is as it was signed, in every byte of every part, or it is said not to be."""

import base64
import json
import random
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from keepcall.cli import main
from keepcall.report.certificate.signing import PASSWORD

PARTS = {"report.json", "certificate.pdf", "certificate.html", "certificate.pub", "certificate.dsse.json"}

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Say:
    """Exit code and words of a command."""

    def run(*words: object) -> tuple[int, str]:
        capfd.readouterr()
        code = main.main([str(word) for word in words])
        told = capfd.readouterr()
        return code, told.out + told.err

    return run


def test_a_signed_certificate_verifies_and_tells_what_and_by_whom(certified: Path, key: Path, say: Say) -> None:
    code, told = say("verify", certified, "--key", f"{key}.pub")

    assert code == 0, told
    assert {path.name for path in certified.iterdir()} == PARTS
    assert "certificate: Example recorder 9.8 žluťoučký 電話 at https://recorder.example/verba/api" in told
    assert "verdict conformant (scope: full), tested 2026-11-23T09:00:00.000Z" in told
    assert "which you named" in told
    assert all(f"covers  {name}" in told for name in PARTS - {"certificate.dsse.json"})


def test_without_a_key_it_tells_that_nothing_is_known_of_the_signer(certified: Path, say: Say) -> None:
    code, told = say("verify", certified / "certificate.dsse.json")

    assert code == 0
    assert "only its owner can tell you" in told


def test_200_changes_of_one_byte_over_all_parts_are_all_detected(certified: Path, key: Path, say: Say) -> None:
    chance = random.Random(20261124)
    parts = sorted(certified.iterdir())
    missed = []
    for number in range(200):
        part = parts[number % len(parts)]
        data = part.read_bytes()
        place = chance.randrange(len(data))
        part.write_bytes(data[:place] + bytes([data[place] ^ chance.randrange(1, 256)]) + data[place + 1 :])
        for words in ((), ("--key", f"{key}.pub")):
            code, told = say("verify", certified, *words)
            if code != 1 or "Traceback" in told:
                missed.append((part.name, place, code, told))
        part.write_bytes(data)

    assert missed == []
    assert say("verify", certified)[0] == 0


@pytest.mark.parametrize("name", sorted(PARTS))
def test_every_byte_more_or_less_is_detected(certified: Path, say: Say, name: str) -> None:
    data = (certified / name).read_bytes()
    for other in (data[:-1], data + b"\n", data[: len(data) // 2], b""):
        (certified / name).write_bytes(other)
        assert say("verify", certified)[0] == 1


@pytest.mark.parametrize("name", sorted(PARTS - {"certificate.dsse.json"}))
def test_a_missing_part_is_detected(certified: Path, key: Path, say: Say, name: str) -> None:
    (certified / name).unlink()

    code, told = say("verify", certified, "--key", f"{key}.pub")

    assert code == 1
    assert name in told


def test_another_key_is_detected(certified: Path, tmp_path: Path, say: Say) -> None:
    say("keygen", tmp_path / "another")

    code, told = say("verify", certified, "--key", tmp_path / "another.pub")

    assert code == 1
    assert "is not signed by the key" in told


def test_a_certificate_that_somebody_signed_anew_is_detected_by_the_key(
    certified: Path, key: Path, tmp_path: Path, say: Say
) -> None:
    say("keygen", tmp_path / "another")
    say("certify", certified.parent, "--key", tmp_path / "another")

    assert say("verify", certified)[0] == 0
    assert say("verify", certified, "--key", f"{key}.pub")[0] == 1


def test_parts_of_two_certificates_do_not_go_together(
    certified: Path, key: Path, ran: Callable[..., Path], say: Say
) -> None:
    other = ran({"KC-XML-09": ("fail", "a remark")})
    say("certify", other, "--key", key)
    shutil.copy(other / "certificate" / "report.json", certified / "report.json")

    code, told = say("verify", certified)

    assert code == 1
    assert "report.json: was changed after it was signed" in told


def test_what_only_lies_beside_it_is_named(certified: Path, say: Say) -> None:
    (certified / "appendix.pdf").write_bytes(b"%PDF")

    assert "not signed, and only lies beside it: appendix.pdf" in say("verify", certified)[1]


def test_the_statement_is_an_in_toto_test_result(certified: Path) -> None:
    envelope = json.loads((certified / "certificate.dsse.json").read_bytes())
    statement = json.loads(base64.b64decode(envelope["payload"]))

    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert {subject["name"] for subject in statement["subject"]} == PARTS - {"certificate.dsse.json"}
    predicate = statement["predicate"]
    assert (predicate["result"], predicate["failedTests"], predicate["warnedTests"]) == ("PASSED", [], [])
    assert {each["name"] for each in predicate["configuration"]} == {"procedure", "configuration", "target"}
    report = json.loads((certified / "report.json").read_bytes())
    assert predicate["passedTests"] == [each["id"] for each in report["requirements"]]


def test_a_remark_is_a_warning_in_the_statement(ran: Callable[..., Path], key: Path, say: Say) -> None:
    folder = ran({"KC-XML-09": ("fail", "a remark")})
    say("certify", folder, "--key", key)
    envelope = json.loads((folder / "certificate" / "certificate.dsse.json").read_bytes())
    predicate = json.loads(base64.b64decode(envelope["payload"]))["predicate"]

    assert (predicate["result"], predicate["warnedTests"]) == ("WARNED", ["KC-XML-09"])


def test_a_private_key_is_for_its_owner_alone_and_never_overwritten(key: Path, say: Say) -> None:
    code, told = say("keygen", key)

    assert code == 2
    assert "is there already" in told
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_key_can_be_encrypted(
    ran: Callable[..., Path], tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, "correct horse")
    say("keygen", tmp_path / "locked")
    folder = ran()
    monkeypatch.setenv(PASSWORD, "wrong horse")
    wrong = say("certify", folder, "--key", tmp_path / "locked")
    monkeypatch.delenv(PASSWORD)
    none = say("certify", folder, "--key", tmp_path / "locked")
    monkeypatch.setenv(PASSWORD, "correct horse")

    assert (wrong[0], none[0]) == (2, 2)
    assert PASSWORD in wrong[1]
    assert b"ENCRYPTED" in (tmp_path / "locked").read_bytes()
    assert say("certify", folder, "--key", tmp_path / "locked")[0] == 0


@pytest.mark.parametrize("text", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_signs_nothing(ran: Callable[..., Path], tmp_path: Path, say: Say, text: bytes) -> None:
    (tmp_path / "none").write_bytes(text)
    folder = ran()

    code, told = say("certify", folder, "--key", tmp_path / "none")

    assert code == 2
    assert "is no private key" in told
    assert not (folder / "certificate").exists()
