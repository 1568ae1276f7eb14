"""The CI gates are what their platforms expect, and their shell steps run: install, run, reports, exit code."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import tree_sitter
import tree_sitter_groovy
from packaging.requirements import Requirement
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ACTION, GITLAB, JENKINS = ROOT / "action.yml", ROOT / "ci" / "gitlab.yml", ROOT / "ci" / "Jenkinsfile"
JENKINS_STEP = re.compile(r"sh '''(.*?)'''", re.DOTALL)
FEW = "--only KC-CLAIM-01 --examples 1"
"""Which the embedded server has nothing to do with, so that the run is incomplete."""


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(path)
    return found


@pytest.mark.parametrize(
    ("path", "schema"),
    [(ACTION, ("vendor.github-actions",)), (GITLAB, ("vendor.gitlab-ci", "--data-transform", "gitlab-ci"))],
    ids=["the GitHub action", "the GitLab template"],
)
def test_a_gate_fits_the_schema_of_its_platform(path: Path, schema: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, str(path)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


def findings(action: Path) -> set[tuple[str, str]]:
    """What zizmor, a linter for GitHub's actions, finds: the name of the rule, and the step that it is about."""
    program = Path(sys.executable).parent / "zizmor"
    done = subprocess.run(
        [program, "--offline", "--no-progress", "--no-config", "--persona", "pedantic", "--format", "json", action],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return {(each["ident"], each["locations"][0]["concrete"]["feature"].strip()) for each in json.loads(done.stdout)}


def test_the_github_action_is_clean(tmp_path: Path) -> None:
    """Whatever it uses is named by a commit, and no input is pasted into a script."""
    pasted, unpinned = tmp_path / "pasted" / "action.yml", tmp_path / "unpinned" / "action.yml"
    pasted.parent.mkdir()
    unpinned.parent.mkdir()
    text = ACTION.read_text(encoding="utf-8")
    pasted.write_text(text.replace('exit "$', 'exit "${{ inputs.target }}$'), encoding="utf-8")
    unpinned.write_text(re.sub(r"cache@\w+ # ", "cache@", text), encoding="utf-8")

    assert findings(ACTION) == set()
    assert "template-injection" in {rule for rule, _ in findings(pasted)}
    assert "unpinned-uses" in {rule for rule, _ in findings(unpinned)}


def locked(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """What a lock pins: version and hashes, by name."""
    found = {}
    for entry in re.split(r"\n(?=\S)", path.read_text(encoding="utf-8")):
        name, version = re.match(r"([\w.-]+)==([\w.]+)", entry).groups()  # type: ignore[union-attr]
        found[name] = version, frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
    return found


def required(names: Iterable[str]) -> set[str]:
    """These packages, and all that they require in turn."""
    found, pending = set[str](), list(names)
    while pending:
        requirement = Requirement(pending.pop())
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name not in found and (not requirement.marker or requirement.marker.evaluate({"extra": ""})):
            found.add(name)
            pending += metadata.requires(name) or ()
    return found


def test_the_lock_of_the_action_pins_all_that_the_suite_needs_as_our_own_lock_does() -> None:
    ours, whole = locked(ROOT / "ci" / "requirements.lock"), locked(ROOT / "requirements.lock")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert {name: pin for name, pin in ours.items() if whole.get(name) != pin} == {}
    assert all(hashes for _, hashes in ours.values())
    assert required(project["dependencies"]) - ours.keys() == set()


def test_the_jenkins_pipeline_is_groovy() -> None:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_groovy.language()))
    octets = JENKINS.read_bytes()

    assert not parser.parse(octets).root_node.has_error
    assert parser.parse(octets.replace(b"post {", b"post ", 1)).root_node.has_error


def github_steps() -> list[str]:
    return [step["run"] for step in read(ACTION)["runs"]["steps"] if "run" in step]


def settings(platform: str) -> dict[str, str]:
    """What a template sets for Python."""
    found = re.findall(r"PYTHONSAFEPATH(?:: | = )['\"](\w+)['\"]", platform)
    return {"PYTHONSAFEPATH": found[0]} if found else {}


def gitlab_steps() -> list[str]:
    job = read(GITLAB)["keepcall"]
    return [*job["before_script"], *job["script"]]


def jenkins_steps() -> list[str]:
    return JENKINS_STEP.findall(JENKINS.read_text(encoding="utf-8"))


def test_no_input_is_pasted_into_a_script() -> None:
    assert [step for step in github_steps() if "${{" in step] == []


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="needs shellcheck: apt-get install shellcheck")
@pytest.mark.parametrize(
    ("shell", "steps"),
    [("bash", github_steps()), ("sh", gitlab_steps()), ("sh", jenkins_steps())],
    ids=["the GitHub action", "the GitLab template", "the Jenkins pipeline"],
)
def test_the_shell_of_a_gate_is_clean(shell: str, steps: list[str]) -> None:
    for step in steps:
        done = subprocess.run(
            ["shellcheck", "--shell", shell, "-"], input=step, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our wheel."""
    folder = tmp_path_factory.mktemp("wheels")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def action(tmp_path: Path, wheels: Path) -> Path:
    """A checkout of the action, whose lock pins nothing but our wheel: an index is out of reach."""
    folder = tmp_path / "checkout"
    (folder / "ci").mkdir(parents=True)
    (folder / "keepcall").symlink_to(ROOT / "keepcall")
    (wheel,) = wheels.glob("*.whl")
    name, version = wheel.name.split("-")[:2]
    pin = f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    (folder / "ci" / "requirements.lock").write_text(pin, encoding="utf-8")
    return folder


@pytest.fixture
def machine(tmp_path: Path, wheels: Path, action: Path) -> Mapping[str, str]:
    """A machine of a CI system: a Python with pip, an empty home, and no index but our wheel; the rest is there."""
    pip = subprocess.run(
        ["python3", "-c", "import pip, pathlib; print(pathlib.Path(pip.__file__).parent)"],
        env={"PATH": os.environ["PATH"].replace(str(Path(sys.executable).parent), "")},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if pip.returncode:
        pytest.skip("needs a Python with pip")
    programs, libraries = tmp_path / "bin", tmp_path / "lib"
    lock = action / "ci" / "requirements.lock"
    programs.mkdir()
    libraries.mkdir()
    (libraries / "pip").symlink_to(pip.stdout.strip())
    (programs / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    (programs / "python3").chmod(0o755)
    return {
        "PATH": f"{programs}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "GITHUB_ACTION_PATH": str(action),
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "PYTHONPATH": str(libraries),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_CONFIG_FILE": os.devnull,
        "KEEPCALL_LOCK": str(lock),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "KEEPCALL_HOME": str(tmp_path / "installed"),
        "KEEPCALL_OUTPUT": "keepcall-report",
        "KEEPCALL_TARGET": "",
        "KEEPCALL_WAIVERS": "",
        "KEEPCALL_WORKERS": "1",
        "KEEPCALL_ARGUMENTS": FEW,
    }


def carried_out(
    shell: str, steps: list[str], folder: Path, machine: Mapping[str, str], *, more: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Each step in a shell of its own, until one fails."""
    said = ""
    for step in steps:
        done = subprocess.run(
            [shell, "-c", step], cwd=folder, env={**machine, **(more or {})}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False, timeout=150,
        )  # fmt: skip
        said += done.stdout
        if done.returncode:
            return done.returncode, said
    return 0, said


TRAP = "from pathlib import Path\nPath(__file__).with_suffix('.sprung').touch()\n"


@pytest.fixture
def traps(tmp_path: Path) -> Callable[[], list[str]]:
    """Modules in the working folder that have the names of others: tells which were imported."""
    for name in ("requests", "json", "logging", "sitecustomize", "pytest"):
        (tmp_path / f"{name}.py").write_text(TRAP, encoding="utf-8")
    return lambda: [path.name for path in tmp_path.glob("*.sprung")]


HOSTILE = "conformant\nreport=/etc\n::error::owned"


@pytest.fixture
def stale(tmp_path: Path) -> None:
    """What an earlier run has left, or somebody has laid there."""
    folder = tmp_path / "keepcall-report"
    (folder / "allure-results").mkdir(parents=True)
    (folder / "allure-results" / "old-result.json").write_text("{}", encoding="utf-8")
    (folder / "report.json").write_text(json.dumps({"verdict": HOSTILE}), encoding="utf-8")
    for name in ("summary.md", "junit.xml"):
        (folder / name).write_text("of an earlier run", encoding="utf-8")


def outputs(folder: Path) -> dict[str, str]:
    """What the steps of a GitHub job have handed on."""
    lines = (folder / "outputs").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.usefixtures("stale")
def test_the_github_action_keeps_reports_and_fails_at_its_end(
    tmp_path: Path, machine: Mapping[str, str], traps: Callable[[], list[str]]
) -> None:
    *before, verdict = github_steps()
    safe = settings(ACTION.read_text(encoding="utf-8"))

    code, said = carried_out("bash", before, tmp_path, machine, more=safe)

    assert code == 0, said  # so that the reports are kept
    assert traps() == []
    assert "of an earlier run" not in (tmp_path / "keepcall-report" / "junit.xml").read_text(encoding="utf-8")
    assert not (tmp_path / "keepcall-report" / "allure-results" / "old-result.json").exists()
    assert "incomplete" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    told = outputs(tmp_path)
    assert (told["exit-code"], told["verdict"], len(told["hash"])) == ("3", "incomplete", 64)
    end = {"KEEPCALL_CODE": told["exit-code"], "KEEPCALL_VERDICT": told["verdict"]}
    assert carried_out("bash", [verdict], tmp_path, machine, more=end) == (3, "keepcall: incomplete (exit code 3)\n")
    assert carried_out("bash", [verdict], tmp_path, machine)[0] == 4  # the run did not even begin


@pytest.mark.usefixtures("stale")
def test_the_github_action_tells_a_wrong_profile_from_a_verdict(tmp_path: Path, machine: Mapping[str, str]) -> None:
    _, _, run, _ = github_steps()

    code, said = carried_out("bash", [run], tmp_path, machine, more={"KEEPCALL_TARGET": "no such profile.toml"})

    assert code == 0
    assert "no such profile.toml" in said
    assert outputs(tmp_path) == {"exit-code": "2", "verdict": ""}
    assert not (tmp_path / "summary.md").exists()


def test_the_github_action_hands_on_no_verdict_but_our_own_words(tmp_path: Path, machine: Mapping[str, str]) -> None:
    """A report that says something else, whoever wrote it, ends no line of the outputs."""
    _, _, run, _ = github_steps()
    python = tmp_path / "bin" / "python3"
    report = json.dumps({"verdict": HOSTILE})
    python.write_text(
        f"""#!/bin/sh
        [ "$2" != keepcall ] || {{ mkdir -p keepcall-report; echo '{report}' >keepcall-report/report.json; exit 0; }}
        exec "{sys.executable}" "$@"
        """,
        encoding="utf-8",
    )

    code, said = carried_out("bash", [run], tmp_path, machine)

    assert code == 0, said
    assert outputs(tmp_path) == {"exit-code": "0", "verdict": ""}


def test_what_does_not_have_its_hash_is_not_installed(
    tmp_path: Path, machine: Mapping[str, str], action: Path
) -> None:
    lock = action / "ci" / "requirements.lock"
    text = lock.read_text(encoding="utf-8")
    for wrong in (re.sub(r"sha256:\w{8}", "sha256:00000000", text), text.partition(" ")[0]):
        lock.write_text(wrong, encoding="utf-8")
        for shell, steps in (("bash", github_steps()[:2]), ("sh", gitlab_steps()[:1]), ("sh", jenkins_steps()[:1])):
            code, said = carried_out(shell, steps, tmp_path, machine)

            assert code != 0
            assert "hash" in said.lower()


@pytest.mark.parametrize(
    ("shell", "steps"),
    [("sh", gitlab_steps()[:1]), ("sh", jenkins_steps()[:1])],
    ids=["the GitLab template", "the Jenkins pipeline"],
)
def test_an_installation_is_kept_until_the_lock_changes(
    tmp_path: Path, machine: Mapping[str, str], action: Path, shell: str, steps: list[str]
) -> None:
    installed, lock = tmp_path / "installed" / "keepcall" / "plugin.py", action / "ci" / "requirements.lock"
    assert carried_out(shell, steps, tmp_path, machine)[0] == 0
    installed.write_text("of an earlier job", encoding="utf-8")

    assert carried_out(shell, steps, tmp_path, machine)[0] == 0
    assert installed.read_text(encoding="utf-8") == "of an earlier job"
    lock.write_text(f"{lock.read_text(encoding='utf-8')}# another\n", encoding="utf-8")
    assert carried_out(shell, steps, tmp_path, machine)[0] == 0
    assert installed.read_text(encoding="utf-8") != "of an earlier job"


@pytest.mark.parametrize(
    ("steps", "only"),
    [(gitlab_steps(), FEW), (jenkins_steps(), "")],
    ids=["the GitLab template", "the Jenkins pipeline"],
)
@pytest.mark.usefixtures("stale")
def test_a_job_leaves_its_reports_and_ends_with_the_exit_code_of_the_run(
    tmp_path: Path, machine: Mapping[str, str], traps: Callable[[], list[str]], steps: list[str], only: str
) -> None:
    template = GITLAB if only else JENKINS
    more = {"KEEPCALL_ARGUMENTS": only, **settings(template.read_text(encoding="utf-8"))}
    if not only:  # the pipeline has no further options: a target that is not there makes it short
        profile = 'url = "http://127.0.0.1:9/verba/api"\n[credentials]\napi_key = { env = "KEEPCALL_API_KEY" }\n'
        (tmp_path / "recorder.toml").write_text(profile, encoding="utf-8")
        more |= {"KEEPCALL_TARGET": "recorder.toml", "KEEPCALL_API_KEY": "a-made-up-key"}

    code, said = carried_out("sh", steps, tmp_path, machine, more=more)

    assert code == 3, said
    assert traps() == []
    assert "of an earlier run" not in (tmp_path / "keepcall-report" / "junit.xml").read_text(encoding="utf-8")
    assert (tmp_path / "keepcall-report" / "report.html").is_file()
    assert (tmp_path / "keepcall-report" / "allure-results").is_dir()
    assert (tmp_path / "installed" / "keepcall" / "plugin.py").is_file()
