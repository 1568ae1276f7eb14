"""The page for testers says what the suites need today."""

from keepcall import resources
from keepcall.run import lab_needs

PAGE = resources.path("suites").parent / "docs" / "testers.md"


def test_the_table_of_the_page_is_what_the_situations_need() -> None:
    assert lab_needs.table() in PAGE.read_text(encoding="utf-8"), (
        "run `python -m keepcall.run.lab_needs`, and put the table there"
    )


def test_the_page_names_only_files_that_there_are() -> None:
    links = [part.partition(")")[0] for part in PAGE.read_text(encoding="utf-8").split("](")[1:]]

    assert links
    assert all((PAGE.parent / link).exists() for link in links)
