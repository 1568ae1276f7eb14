"""The CI gates are what their platforms expect, and their shell steps run: install, run, reports, exit code."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tree_sitter
import tree_sitter_groovy
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


def test_the_github_action_is_clean_but_for_the_versions_of_githubs_own(tmp_path: Path) -> None:
    """Those are named by their major version, which their makers maintain: a commit's hash would age."""
    pasted = tmp_path / "action.yml"
    pasted.write_text(
        ACTION.read_text(encoding="utf-8").replace('exit "$', 'exit "${{ inputs.target }}$'), encoding="utf-8"
    )

    found = findings(ACTION)

    assert {rule for rule, _ in found} == {"unpinned-uses"}
    assert [
        text for _, text in found if not re.search(r"^ *uses: actions/[a-z-]+@v[0-9]+$", text, re.MULTILINE)
    ] == []
    assert "template-injection" in {rule for rule, _ in findings(pasted)}


def test_the_jenkins_pipeline_is_groovy() -> None:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_groovy.language()))
    octets = JENKINS.read_bytes()

    assert not parser.parse(octets).root_node.has_error
    assert parser.parse(octets.replace(b"post {", b"post ", 1)).root_node.has_error


def github_steps() -> list[str]:
    return [step["run"] for step in read(ACTION)["runs"]["steps"] if "run" in step]


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
def machine(tmp_path: Path, wheels: Path) -> Mapping[str, str]:
    """A machine of a CI system: a Python with pip, an empty home, and no index but our wheel; the rest is there."""
    pip = subprocess.run(
        ["python3", "-c", "import pip, pathlib; print(pathlib.Path(pip.__file__).parent)"],
        env={"PATH": os.environ["PATH"].replace(str(Path(sys.executable).parent), "")},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if pip.returncode:
        pytest.skip("needs a Python with pip")
    programs, libraries = tmp_path / "bin", tmp_path / "lib"
    programs.mkdir()
    libraries.mkdir()
    (libraries / "pip").symlink_to(pip.stdout.strip())
    (programs / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    (programs / "python3").chmod(0o755)
    return {
        "PATH": f"{programs}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(libraries),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_FIND_LINKS": str(wheels),
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


def test_the_github_action_keeps_reports_and_fails_at_its_end(
    tmp_path: Path, machine: Mapping[str, str], wheels: Path
) -> None:
    outputs, summary = tmp_path / "outputs", tmp_path / "summary.md"
    source = {"KEEPCALL_SOURCE": str(next(wheels.glob("*.whl")))}
    files = {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary)}
    install, run, verdict = github_steps()

    code, said = carried_out("bash", [install, run], tmp_path, machine, more=source | files)

    assert code == 0, said  # so that the reports are kept
    assert (tmp_path / "keepcall-report" / "junit.xml").is_file()
    assert "incomplete" in summary.read_text(encoding="utf-8")
    told = dict(line.split("=", 1) for line in outputs.read_text(encoding="utf-8").splitlines())
    assert told == {"exit-code": "3", "verdict": "incomplete"}
    end = {"KEEPCALL_CODE": told["exit-code"], "KEEPCALL_VERDICT": told["verdict"]}
    assert carried_out("bash", [verdict], tmp_path, machine, more=end) == (3, "keepcall: incomplete (exit code 3)\n")
    assert carried_out("bash", [verdict], tmp_path, machine)[0] == 4  # the run did not even begin


def test_the_github_action_tells_a_wrong_profile_from_a_verdict(
    tmp_path: Path, machine: Mapping[str, str], wheels: Path
) -> None:
    outputs = tmp_path / "outputs"
    more = {
        "KEEPCALL_SOURCE": str(next(wheels.glob("*.whl"))),
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "KEEPCALL_TARGET": "no such profile.toml",
    }

    code, said = carried_out("bash", github_steps()[:2], tmp_path, machine, more=more)

    assert code == 0
    assert "no such profile.toml" in said
    assert outputs.read_text(encoding="utf-8") == "exit-code=2\nverdict=\n"


@pytest.mark.parametrize(
    ("steps", "only"),
    [(gitlab_steps(), FEW), (jenkins_steps(), "")],
    ids=["the GitLab template", "the Jenkins pipeline"],
)
def test_a_job_leaves_its_reports_and_ends_with_the_exit_code_of_the_run(
    tmp_path: Path, machine: Mapping[str, str], steps: list[str], only: str
) -> None:
    more = {"KEEPCALL_SOURCE": "keepcall-conformance", "KEEPCALL_ARGUMENTS": only}
    if not only:  # the pipeline has no further options: a target that is not there makes it short
        profile = 'url = "http://127.0.0.1:9/verba/api"\n[credentials]\napi_key = { env = "KEEPCALL_API_KEY" }\n'
        (tmp_path / "recorder.toml").write_text(profile, encoding="utf-8")
        more |= {"KEEPCALL_TARGET": "recorder.toml", "KEEPCALL_API_KEY": "a-made-up-key"}

    code, said = carried_out("sh", steps, tmp_path, machine, more=more)

    assert code == 3, said
    assert (tmp_path / "keepcall-report" / "junit.xml").is_file()
    assert (tmp_path / "keepcall-report" / "report.html").is_file()
    assert (tmp_path / "keepcall-report" / "allure-results").is_dir()
    assert (tmp_path / "installed" / "keepcall" / "cli.py").is_file()
