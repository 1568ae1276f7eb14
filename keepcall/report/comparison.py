"""What is different between two runs, and by their digests, whose doing that may be. Pure functions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from keepcall.report.phrases import Report, complete, looked_at, messages, one_line

ChangeKind = Literal["regression", "improvement", "coverage"]

_WORSE = ("fail", "broken", "inconclusive", "not tested")
"""What a pass may become that stands against the target: what was shown is shown no longer."""

_MOST_TESTS = 5
_PARTS = {
    "suite": "its code",
    "requirements": "the requirements",
    "schemas": "the schemas",
    "settings": "its settings",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One requirement whose verdict, or the verdict on whose tests, is another.

    Attributes:
        kind: what it means.
        requirement: its id.
        level: how much it weighs.
        statement: what it demands.
        before: its verdict in the older run; empty where that did not know it.
        after: its verdict in the newer run; empty where that does not know it.
        reason: why, in the newer run.
        tests: titles of the tests that changed with it, the first few.
        more: how many more.
    """

    kind: ChangeKind
    requirement: str
    level: str
    statement: str
    before: str
    after: str
    reason: str = ""
    tests: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Observed:
    """An observation with another answer."""

    id: str
    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs beside each other.

    Attributes:
        old: the older: verdict, target, time.
        new: the newer.
        causes: what else is different, a sentence each.
        changes: verdicts, regressions first.
        observations: answers.
        known: whether both runs have digests.
    """

    old: Mapping[str, str]
    new: Mapping[str, str]
    causes: tuple[str, ...]
    changes: tuple[Change, ...]
    observations: tuple[Observed, ...] = field(default=())
    known: bool = True

    def of(self, kind: ChangeKind) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)

    @property
    def nothing(self) -> bool:
        """Whether no verdict and no answer changed."""
        return not self.changes and not self.observations

    def conclusion(self) -> str:
        """Whose doing it is, in a sentence."""
        if self.nothing:
            quite = self.known and not self.causes
            return "Nothing changed." if quite else "No verdict and no observation changed."
        if not self.known:
            return "One of the reports is of an older format without digests, so whose doing it is cannot be told."
        if self.causes:
            return "The changes may come from what is different above."
        return "Suite, configuration and what the target says of itself are the same: the target behaves differently."


def compare(old: Report, new: Report) -> Comparison:
    """The differences from one report to another."""
    old, new = complete(old), complete(new)
    changes = sorted(_changes(old, new), key=_weight)
    known = all(report.get("digests") for report in (old, new))
    causes = (*_only_a_part(old, new), *(_causes(old, new) if known else ()))
    return Comparison(_summary(old), _summary(new), causes, tuple(changes), tuple(_observed(old, new)), known)


def _summary(report: Report) -> dict[str, str]:
    target = report["target"]
    told = {
        "verdict": report["verdict"],
        "target": target["name"],
        "url": target["url"],
        "started": report["started"],
    }
    return {key: one_line(str(value), 300) for key, value in told.items()}


def _weight(change: Change) -> tuple[int, bool, int]:
    kinds: tuple[ChangeKind, ...] = ("regression", "coverage", "improvement")
    worst = _WORSE.index(change.after) if change.after in _WORSE else len(_WORSE)
    return kinds.index(change.kind), change.level != "MUST", worst


def _changes(old: Report, new: Report) -> Iterator[Change]:
    before, after = ({entry["id"]: entry for entry in looked_at(report)} for report in (old, new))
    names = dict.fromkeys([*after, *before])
    if old["selection"] or new["selection"]:  # what only one of them tested is neither better nor worse
        names = dict.fromkeys(name for name in after if name in before)
    for name in names:
        if change := _change(before.get(name), after.get(name)):
            yield change


def _only_a_part(old: Report, new: Report) -> Iterator[str]:
    """That the runs were not of the same selection."""
    if set(old["selection"]) != set(new["selection"]):
        both = {entry["id"] for entry in looked_at(old)} & {entry["id"] for entry in looked_at(new)}
        yield f"Only what both runs looked at is compared, which is {len(both)} of the requirements."


def _change(before: Report | None, after: Report | None) -> Change | None:
    """How one requirement changed; None where it did not."""
    entry = after or before or {}
    was, is_ = (str(each["verdict"]) if each else "" for each in (before, after))
    worse = _titles(before, after, worse=True)
    better = _titles(before, after, worse=False)
    kind = _kind(was, is_, worse=bool(worse), better=bool(better))
    if kind is None:
        return None
    tests = better if kind == "improvement" else worse
    reason = next(iter(messages(after)), "") if after and is_ in _WORSE else ""
    return Change(
        kind=kind,
        requirement=entry["id"],
        level=entry["level"],
        statement=one_line(entry["statement"], 500),
        before=was,
        after=is_,
        reason=one_line(reason, 500),
        tests=tuple(tests[:_MOST_TESTS]),
        more=max(0, len(tests) - _MOST_TESTS),
    )


def _kind(was: str, is_: str, *, worse: bool, better: bool) -> ChangeKind | None:
    if was == is_:  # the verdict is the worst of several tests: some of them may still have changed
        return "regression" if worse else "improvement" if better else None
    if (was == "pass" and is_ in _WORSE) or (is_ == "fail" and was):
        return "regression"
    if is_ == "pass" or was == "fail":
        return "improvement" if was else "coverage"
    return "coverage"


def _titles(before: Report | None, after: Report | None, *, worse: bool) -> list[str]:
    """The tests that failed in one of two runs, and in the other one passed."""
    if not before or not after:
        return []
    was = {test["id"]: test["verdict"] for test in before["tests"]}
    wanted = ("pass", "fail") if worse else ("fail", "pass")
    return [
        one_line(test["title"] or test["id"], 300)
        for test in after["tests"]
        if (was.get(test["id"], ""), test["verdict"]) == wanted
    ]


def _observed(old: Report, new: Report) -> Iterator[Observed]:
    """Answers that both runs have, and that are different."""
    before = {each["id"]: each for each in old["observations"]}
    for each in new["observations"]:
        was = before.get(each["id"])
        if was and was["answer"] != each["answer"]:
            yield Observed(
                each["id"], one_line(each["question"]), one_line(was["answer"], 500), one_line(each["answer"], 500)
            )


def _causes(old: Report, new: Report) -> Iterator[str]:
    """What is different besides results."""
    for name, told in (("procedure", _suite), ("configuration", _configuration), ("target", _target)):
        if old["digests"][name] != new["digests"][name]:
            yield told(old, new)


def _suite(old: Report, new: Report) -> str:
    parts = [words for key, words in _PARTS.items() if old["procedure"].get(key) != new["procedure"].get(key)]
    versions = _arrow(old["suite"].get("version"), new["suite"].get("version"))
    settings = _differences(old["procedure"].get("settings", {}), new["procedure"].get("settings", {}))
    what = f"{' and '.join(parts)}{f' ({settings})' if settings else ''}"
    return f"The suite changed: {what}{f', version {versions}' if versions else ''}."


def _configuration(old: Report, new: Report) -> str:
    rest = [
        {key: value for key, value in each["configuration"].items() if key not in ("name", "url")}
        for each in (old, new)
    ]
    return f"The configuration changed: {_differences(*rest)}."


def _target(old: Report, new: Report) -> str:
    keys = ("address", "certificate", "says")
    told = [{key: each["target"].get(key) for key in keys} for each in (old, new)]
    return f"The target says that it is another: {_differences(*told)}."


def _differences(old: Any, new: Any) -> str:
    """The places at which two JSON values are different, each with both values."""
    found = [f"{place}: {_arrow(before, after)}" for place, before, after in _leaves("", old, new)]
    return one_line("; ".join(found[:8]) + (f"; and {len(found) - 8} more" if len(found) > 8 else ""), 1_000)  # noqa: PLR2004


def _leaves(place: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _leaves(f"{place}.{key}".lstrip("."), old.get(key), new.get(key))
    elif old != new:
        yield place, old, new


def _arrow(old: Any, new: Any) -> str:
    return "" if old == new else f"{_shown(old)} → {_shown(new)}"


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, _some(value))) or "none"
    return {None: "none", True: "yes", False: "no", "": "none"}.get(value) or one_line(str(value), 200)


def _some(values: Iterable[Any]) -> list[Any]:
    return list(values)[:10]
