"""A run that outlives its token goes on with the next one, or ends without a wrong verdict where there is none."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.keys import Keys, Token

if TYPE_CHECKING:
    from tests.run.conftest import Command

Serving = Callable[[KeepCallServer], RunningServer]


class ShortLivedTokens(Keys):
    """Tokens that are good for so many requests, in place of an hour."""

    uses = 150

    def is_alive(self, token: Token) -> bool:
        used = self.__dict__.setdefault("used", Counter[str]())
        used[token.text] += 1
        return used[token.text] <= self.uses and super().is_alive(token)


class Forgetful(KeepCallServer):
    keys_class = ShortLivedTokens


PROFILE = """\
url = "{url}"
[credentials]
api_key = "{key}"
{login}
[lab]
kind = "http"
url = "{lab}"
"""

ASKING = '[credentials.request_token]\nuser = "{user}"\npassword = "{password}"\nsend = "basic"'

FEW = ("KC-XML-01", "KC-XML-04", "KC-XML-06", "KC-SEL-01", "KC-SEL-07", "KC-AUTH-04", "KC-EFF-03", "KC-ANY-04")


def written(command: "Command", server: RunningServer, login: str) -> str:
    own = server.settings
    login = login.format(user=own.user, password=own.password, token=own.token)
    text = PROFILE.format(url=server.url, key=own.api_key, lab=server.lab_url, login=login)
    (command.folder / "t.toml").write_text(text, encoding="utf-8")
    return "t.toml"


def test_a_run_asks_for_the_next_token_and_goes_on(command: "Command", serving: Serving) -> None:
    server = serving(Forgetful())
    profile = written(command, server, ASKING)

    done = command("run", "--target", profile, "--only", *FEW, "--examples", "8", "--output", "out")

    report = command.report("out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {r["id"]: r["verdict"] for r in report["requirements"] if r["id"] in FEW} == dict.fromkeys(FEW, "pass")
    tokens = server.server.keys.__dict__["used"]
    assert len([token for token, uses in tokens.items() if uses >= ShortLivedTokens.uses]) >= 3
    written_down = b"".join(file.read_bytes() for file in (command.folder / "out").rglob("*") if file.is_file())
    assert not [token for token in tokens if token.encode() in written_down and token != "0" * 8]


def test_a_run_without_a_way_to_the_next_token_fails_nothing(command: "Command", serving: Serving) -> None:
    profile = written(command, serving(Forgetful()), 'token = "{token}"')

    done = command("run", "--target", profile, "--only", *FEW, "--examples", "8", "--output", "out")

    report = command.report("out")
    assert done.returncode == 3, done.stdout + done.stderr
    verdicts = Counter(test["verdict"] for r in report["requirements"] for test in r["tests"])
    assert verdicts.keys() == {"pass", "inconclusive", "not claimed"}
    assert "the token of the profile has expired" in " ".join(done.stdout.split())
    assert "credentials.request_token" in done.stdout


def test_a_target_that_gives_no_token_is_named_and_nothing_is_broken(command: "Command", serving: Serving) -> None:
    server = serving(KeepCallServer())
    profile = written(command, server, ASKING.replace("{password}", "wrong-password"))

    done = command("run", "--target", profile, "--only", "KC-SEL-01", "--output", "out")

    assert done.returncode == 3
    (verdict,) = {t["verdict"] for r in command.report("out")["requirements"] for t in r["tests"]}
    assert verdict == "inconclusive"
    assert "whether the user has the role" in " ".join(done.stdout.split())
