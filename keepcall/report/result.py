"""What one test came to: plain values, since they cross from a worker to the one who writes the report."""

from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

TestVerdict = Literal["pass", "fail", "inconclusive", "broken", "not tested", "not claimed"]
TEST_VERDICTS: tuple[TestVerdict, ...] = get_args(TestVerdict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding, as a report shows it: text only, with the secrets masked and nothing that acts.

    Attributes:
        name: a noun for what is wrong.
        expected: what the contract demands.
        got: what was there instead.
        context: the situation, and how it was asked.
        curl: a command line that repeats the request.
        request: as it was sent.
        answer: as it came.
    """

    name: str
    expected: str
    got: str
    context: str
    curl: str = ""
    request: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One exchange, as a report shows it: text only, with the secrets masked and nothing that acts.

    Attributes:
        id: what results refer to it by; each worker counts for itself.
        request: as it was sent.
        answer: as it came.
        server: what the answer's head says of who made it; empty if nothing.
    """

    id: str
    request: str
    answer: str
    server: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent to find the answer to an observation.

    Attributes:
        exchanges: the ids of what was sent for it; of very many the last ones.
        unlisted: how many more there were.
    """

    exchanges: tuple[str, ...] = ()
    unlisted: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one test.

    Attributes:
        id: the test's node id, stable from run to run.
        requirement: the id of what it is about.
        verdict: how it ended.
        message: why, in a line; empty for a pass.
        title: the test's name as a sentence.
        scenario: the folder of suites that it is from.
        out_of_scope: whether it is not tested since the lab cannot read calls back.
        duration: seconds.
        evidence: the findings of a fail.
        exchanges: the ids of what was sent for it; of very many the last ones.
        unlisted: how many more there were.
        attempts: how often it was carried out, where its timing or an interruption made it go again.
    """

    id: str
    requirement: str
    verdict: TestVerdict
    message: str = ""
    title: str = ""
    scenario: str = ""
    out_of_scope: bool = False
    duration: float = 0.0
    evidence: tuple[Evidence, ...] = field(default=())
    exchanges: tuple[str, ...] = ()
    unlisted: int = 0
    attempts: int = 1

    def as_json(self) -> dict[str, object]:
        """For a report, and for the way from a worker."""
        return asdict(self) | {
            "evidence": [asdict(item) for item in self.evidence],
            "exchanges": list(self.exchanges),
        }


def from_json(data: dict[str, object]) -> Result:
    """A result that `as_json` wrote."""
    evidence, exchanges = data.pop("evidence"), data.pop("exchanges")
    assert isinstance(evidence, list)  # noqa: S101 - we wrote it
    assert isinstance(exchanges, list)  # noqa: S101 - we wrote it
    found = tuple(Evidence(**item) for item in evidence)
    return Result(**data, evidence=found, exchanges=tuple(exchanges))  # type: ignore[arg-type]
