"""What a granted keep is answered with, besides what is documented."""

import pytest

from keepcall.cases.observations.api import Observer, asking, by_call_id, ongoing, readings

PLAINEST = "the callID of an ongoing call, without status"


@pytest.mark.observation("KC-OBS-034")
def test_the_content_type_of_xml(observer: Observer) -> str:
    """Type and charset."""
    return readings.content_type(observer.known(PLAINEST, "XML"))


@pytest.mark.observation("KC-OBS-035")
def test_the_content_type_of_html(observer: Observer) -> str:
    """Type and charset."""
    return readings.content_type(observer.known(PLAINEST, "HTML"))


@pytest.mark.observation("KC-OBS-036")
def test_the_content_type_of_text(observer: Observer) -> str:
    """Type and charset."""
    return readings.content_type(observer.known(PLAINEST, "TEXT"))


@pytest.mark.parametrize(
    "format_", [asking("KC-OBS-037", "PDF"), asking("KC-OBS-038", ""), asking("KC-OBS-062", "text")]
)
def test_another_value_of_response_type(observer: Observer, format_: str) -> str:
    """Unknown, empty, or in lower case."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        return readings.said_in_format(observer.send(by_call_id(call).given(responseType=format_)))


@pytest.mark.observation("KC-OBS-039")
def test_the_cookies(observer: Observer) -> str:
    """By name."""
    return readings.cookies(observer.known(PLAINEST))


@pytest.mark.observation("KC-OBS-040")
def test_the_number_of_redirects(observer: Observer) -> str:
    """On the same host."""
    return readings.redirects(observer.known(PLAINEST))


@pytest.mark.observation("KC-OBS-041")
def test_the_headers_that_name_the_server(observer: Observer) -> str:
    """And what they say."""
    return readings.software(observer.known(PLAINEST))
