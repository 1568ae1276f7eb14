"""What others say, in a real browser: each text stands in every page, and none of them acts."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from keepcall.report.certificate import certificate, typesetting
from keepcall.report.history import History
from keepcall.report.render import badge, markdown, page, trend

if TYPE_CHECKING:
    from tests.report.browser.conftest import Seen

Report = dict[str, Any]
ISSUE = certificate.Issue(on=date(2026, 11, 24), by="<script>window.owned=1</script>")
OUTPUTS: dict[str, Callable[[Report], str]] = {
    "report.html": page.render,
    "certificate.html": lambda report: typesetting.html(certificate.view(report, ISSUE, report["notes"])),
    "trend.html": lambda report: trend.render(History((report, report), tuple(report["notes"]))),
    "summary.html": lambda report: MarkdownIt("commonmark", {"html": True}).render(markdown.render(report)),
    "badge.svg": badge.svg,
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_browser_runs_loads_and_leaves_nothing(
    strangers: Report, see: "Callable[[Path], Seen]", tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text(OUTPUTS[name](strangers), encoding="utf-8")

    seen = see(path)

    assert seen.requests == []
    assert [error for error in seen.errors if "favicon" not in error] == []
    assert (
        seen.ask("return window.owned === undefined && document.querySelectorAll('script, iframe, img').length") == 0
    )
    assert seen.ask("return location.href") == path.as_uri()
    assert seen.ask("return document.documentElement.getClientRects().length") > 0
