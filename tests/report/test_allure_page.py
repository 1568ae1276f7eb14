"""Finding Node, installing Allure and running it, with programs that only pretend."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from keepcall.errors import UsageError
from keepcall.report.allure import node, results
from keepcall.report.allure import page as allure_page
from keepcall.report.allure.node import ALLURE, AllureError, NoNodeError

PAGE = """<!DOCTYPE html><html><HEAD lang="en"><title>x</title>
<script>window.allureReportOptions = {}</script></HEAD><body>
<script src="data:text/javascript;base64,Z3RhZygp"></script>
<script async src="https://www.googletagmanager.com/gtag/js?id=G-XXXX"></script>
<script SRC='//other.example/x.js' defer></script>
<script>
  window.dataLayer = window.dataLayer || [];
  function gtag(){dataLayer.push(arguments);}
  gtag('config', 'G-XXXX', {});
</script>
<script async>d("data/x.json", "Z3RhZyg=")</script></body></html>"""

NODE = r"""#!/bin/sh
case "$1" in --version) echo "${FAKE_VERSION:-v22.1.0}"; exit;; esac
while [ $# -gt 0 ]; do [ "$1" = --output ] && out="$2"; last="$1"; shift; done
[ -n "$FAKE_SLOW" ] && exec sleep 5
[ -n "$FAKE_FAILURE" ] && { printf 'cannot: \033[31mred\n' >&2; exit 3; }
[ -n "$FAKE_NOTHING" ] && exit 0
mkdir -p "$out" && cp "$FAKE_PAGE" "$out/index.html" && env > "$FAKE_PAGE.env"
"""
NPM = r"""#!/bin/sh
while [ $# -gt 0 ]; do [ "$1" = --prefix ] && to="$2"; last="$1"; shift; done
[ -n "$FAKE_OFFLINE" ] && { echo 'npm error ENOTFOUND' >&2; exit 1; }
echo "$last" >> "$FAKE_PAGE.installed"
mkdir -p "$to/node_modules/allure" && touch "$to/node_modules/allure/cli.js"
"""

Machine = Callable[..., Path]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with these programs on its path, and with this setting of theirs."""

    def prepared(*programs: str, **settings: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        for name, text in (("node", NODE), ("npm", NPM)):
            if name in programs:
                (folder / name).write_text(text)
                (folder / name).chmod(0o755)
        (tmp_path / "page.html").write_text(PAGE)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin" if programs else str(folder))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setenv("FAKE_PAGE", str(tmp_path / "page.html"))
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(node, "_of_a_wheel", lambda: ("the package", "", ("",)))
        return tmp_path

    return prepared


def rendered(folder: Path) -> str:
    (folder / "results").mkdir(exist_ok=True)
    return results.render(folder / "results", folder / "allure.html").read_text()


def test_the_page_is_rendered_without_tracker(machine: Machine) -> None:
    page = rendered(machine("node", "npm"))

    assert "gtag" not in page
    assert "other.example" not in page


def test_allure_is_installed_once_in_one_version(machine: Machine) -> None:
    folder = machine("node", "npm")

    rendered(folder)
    rendered(folder)

    assert (folder / "page.html.installed").read_text() == f"allure@{ALLURE}\n"
    assert [file.name for file in (folder / "cache" / "keepcall").iterdir()] == [f"allure-{ALLURE}"]


def test_its_programs_do_not_get_our_secrets(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPCALL_TOKEN", "the-token")
    folder = machine("node", "npm")

    rendered(folder)

    assert "the-token" not in (folder / "page.html.env").read_text()


def test_without_node_the_error_tells_how_to_get_it(machine: Machine) -> None:
    folder = machine()

    with pytest.raises(NoNodeError, match=r"pip install 'keepcall-conformance\[allure\]'") as caught:
        rendered(folder)
    assert isinstance(caught.value, UsageError)
    assert "not there" in caught.value.what


def test_an_old_node_is_named(machine: Machine) -> None:
    folder = machine("node", "npm", FAKE_VERSION="v18.19.0")

    with pytest.raises(NoNodeError, match="version 18 is too old"):
        rendered(folder)


@pytest.mark.parametrize("told", ["nothing", "v.1"])
def test_a_node_that_is_none_is_named(told: str, machine: Machine) -> None:
    folder = machine("node", "npm", FAKE_VERSION=told)

    with pytest.raises(NoNodeError, match="it does not start"):
        rendered(folder)


def test_the_wheel_is_taken_where_the_system_has_none(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = machine("node", "npm")
    program, npm = str(folder / "bin" / "node"), str(folder / "bin" / "npm")
    monkeypatch.setattr(node, "_of_the_system", lambda: ("the system's Node", "", ("",)))
    monkeypatch.setattr(node, "_of_a_wheel", lambda: ("the package", program, (npm,)))

    assert node.find().npm == (npm,)


def test_npm_out_of_reach_is_told(machine: Machine) -> None:
    folder = machine("node", "npm", FAKE_OFFLINE="1")

    with pytest.raises(AllureError, match=r"npm could not install allure@.*\nnpm error ENOTFOUND"):
        rendered(folder)
    assert list((folder / "cache" / "keepcall").iterdir()) == []


def test_a_cache_that_is_a_file_is_told(machine: Machine) -> None:
    folder = machine("node", "npm")
    (folder / "cache").touch()

    with pytest.raises(AllureError, match="XDG_CACHE_HOME"):
        rendered(folder)


def test_what_allure_says_of_its_failure_is_told_and_does_not_act(machine: Machine) -> None:
    folder = machine("node", "npm", FAKE_FAILURE="1")

    with pytest.raises(AllureError, match=r"exit status 3\)\ncannot: \\x1b\[31mred"):
        rendered(folder)
    assert not (folder / "allure.html").exists()


def test_allure_is_not_waited_for(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = machine("node", "npm", FAKE_SLOW="1")
    monkeypatch.setattr(results, "_RENDERING", 0.2)

    with pytest.raises(AllureError, match=r"not ready after 0\.2 s"):
        rendered(folder)


def test_results_without_a_page_are_told(machine: Machine) -> None:
    folder = machine("node", "npm", FAKE_NOTHING="1")

    with pytest.raises(AllureError, match="left no page"):
        rendered(folder)


def test_scripts_of_other_hosts_and_the_tracker_are_taken_out() -> None:
    cleaned = allure_page.without_tracker(PAGE)

    assert cleaned.count("<script") == 3
    assert "allureReportOptions" in cleaned
    assert "data:text/javascript" in cleaned
    assert 'd("data/x.json"' in cleaned
    assert "https://" not in cleaned


def test_a_policy_comes_before_everything_else_in_the_head() -> None:
    assert '<HEAD lang="en"><meta http-equiv="Content-Security-Policy" content="default-src data:' in (
        allure_page.without_tracker(PAGE)
    )


def linked(folder: Path, *links: tuple[str, str]) -> str:
    told = [{"name": name, "url": url, "type": "link"} for name, url in links]
    (folder / "a-result.json").write_text(json.dumps({"links": told}), encoding="utf-8")
    return allure_page.finished(PAGE, folder)


def test_only_what_lies_beside_the_page_becomes_a_link(tmp_path: Path) -> None:
    page = linked(
        tmp_path, ("text", "report.html#KC-SEL-07"), ("site", "https://x.example/"), ("js", "javascript:x()"),
        ("host", "//x.example"),
    )  # fmt: skip

    assert '{"text": "report.html#KC-SEL-07"}' in page
    assert "x.example" not in page


def test_no_name_of_a_link_ends_the_script(tmp_path: Path) -> None:
    page = linked(tmp_path, ("</script><script>window.owned=1", "report.html"))

    assert page.count("<script") == PAGE.count("<script") - 3 + 1
    assert "window.owned" in page


def test_without_links_there_is_no_script_of_ours(tmp_path: Path) -> None:
    assert "MutationObserver" not in allure_page.finished(PAGE, tmp_path)
