"""JUnit XML, as Jenkins and its kin read it: a suite for each requirement, a case for each of its tests.

The format knows passed, failed, in error and skipped. A broken test is an error; an inconclusive one, one that was
not tested and one that is not claimed are skipped, with the reason as text. Skips look harmless there: the run's exit
code tells an incomplete run from a good one, and each case has its own verdict as its `status`.
"""

from lxml import etree

from keepcall.report.phrases import Report, complete, harmless, looked_at, one_line
from keepcall.report.result import TEST_VERDICTS

_ELEMENTS = {"fail": "failure", "broken": "error", "inconclusive": "skipped", "not tested": "skipped"}
_ELEMENTS["not claimed"] = "skipped"
_MOST_FINDINGS = 5


def render(report: Report) -> bytes:
    """The report as JUnit XML."""
    report = harmless(complete(report))
    time = f"{float(report['duration']):.3f}"
    root = _element("testsuites", name=f"KeepCall: {report['verdict']}", time=time, **_counts(_tests(report)))
    for number, requirement in enumerate(looked_at(report)):
        root.append(_suite(report, requirement, number))
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(tag, attributes)


def _tests(report: Report) -> list[Report]:
    return [test for requirement in report["requirements"] for test in requirement["tests"]]


def _counts(tests: list[Report]) -> dict[str, str]:
    verdicts = [test["verdict"] for test in tests]
    return {
        "tests": str(len(tests)),
        "failures": str(verdicts.count("fail")),
        "errors": str(verdicts.count("broken")),
    }


def _suite(report: Report, requirement: Report, number: int) -> etree._Element:
    tests = requirement["tests"]
    skipped = sum(_ELEMENTS.get(test["verdict"]) == "skipped" for test in tests)
    suite = _element(
        "testsuite",
        name=requirement["id"],
        **_counts(tests),
        skipped=str(skipped),
        time=f"{sum(float(test.get('duration', 0)) for test in tests):.3f}",
        timestamp=str(report["started"])[:19] or "1970-01-01T00:00:00",
        hostname="localhost",
        id=str(number),
        package="keepcall",
    )
    about = {
        "level": requirement["level"],
        "verdict": requirement["verdict"],
        "statement": requirement["statement"],
        "target": report["target"]["name"],
        "run": report["verdict"],
    }
    properties = etree.SubElement(suite, "properties")
    for name, value in about.items():
        etree.SubElement(properties, "property", name=name, value=one_line(str(value)))
    for test in tests:
        suite.append(_case(requirement, test))
    return suite


def _case(requirement: Report, test: Report) -> etree._Element:
    case = _element(
        "testcase",
        name=one_line(test["title"] or test["id"], 400),
        classname=f"keepcall.{test.get('scenario') or 'suites'}.{requirement['id']}",
        time=f"{float(test.get('duration', 0)):.3f}",
        status=test["verdict"],
    )
    assert test["verdict"] in TEST_VERDICTS  # noqa: S101 - the schema says so
    if tag := _ELEMENTS.get(test["verdict"]):
        message = one_line(test["message"])
        child = etree.SubElement(case, tag)
        if tag == "skipped":  # the XSD gives it text alone
            child.text = f"{test['verdict']}: {message}"
        else:
            child.set("type", f"{requirement['id']} ({requirement['level']})")
            child.set("message", message)
            child.text = _body(requirement, test)
    return case


def _body(requirement: Report, test: Report) -> str:
    lines = [f"{requirement['id']} ({requirement['level']}): {requirement['statement']}"]
    for finding in test["evidence"][:_MOST_FINDINGS]:
        lines += [
            "",
            f"{finding['name']}, {one_line(finding['context'])}",
            f"  expected  {one_line(finding['expected'])}",
            f"  got       {one_line(finding['got'])}",
            f"  repeat    {one_line(finding['curl'], 8_000)}",
        ]
    return "\n".join([*lines, "", test["id"]])
