"""How granted and refused requests are answered: the HTTP status, and the reason that a refusal gives."""

import pytest

from keepcall.cases.observations.api import Observer, asking, readings


@pytest.mark.observation("KC-OBS-001")
def test_the_status_of_a_granted_keep(observer: Observer) -> str:
    """By callID."""
    return readings.status(observer.known("the callID of an ongoing call, without status"))


@pytest.mark.parametrize(
    "situation",
    [
        asking("KC-OBS-002", "no action"),
        asking("KC-OBS-003", "an unknown action"),
        asking("KC-OBS-004", "no apiKey"),
        asking("KC-OBS-005", "an unknown apiKey"),
        asking("KC-OBS-006", "no token"),
        asking("KC-OBS-007", "an unknown token"),
        asking("KC-OBS-008", "an expired token"),
        asking("KC-OBS-009", "a token of another apiKey"),
        asking("KC-OBS-010", "neither callID nor extension"),
        asking("KC-OBS-011", "an unknown callID"),
        asking("KC-OBS-012", "an extension without any call"),
        asking("KC-OBS-013", "a finished call, status ongoing"),
        asking("KC-OBS-014", "an extension without status"),
        asking("KC-OBS-015", "the status foo"),
        asking("KC-OBS-016", "two ongoing calls, the number calling in one and called in the other"),
        asking("KC-OBS-017", "an unknown type"),
    ],
)
def test_the_status_of_a_refusal(observer: Observer, situation: str) -> str:
    """In XML."""
    return readings.status(observer.known(situation))


@pytest.mark.parametrize(
    "situation",
    [
        asking("KC-OBS-018", "no action"),
        asking("KC-OBS-019", "an unknown action"),
        asking("KC-OBS-020", "no apiKey"),
        asking("KC-OBS-021", "an unknown apiKey"),
        asking("KC-OBS-022", "no token"),
        asking("KC-OBS-023", "an unknown token"),
        asking("KC-OBS-024", "an expired token"),
        asking("KC-OBS-025", "a token of another apiKey"),
        asking("KC-OBS-026", "neither callID nor extension"),
        asking("KC-OBS-027", "an unknown callID"),
        asking("KC-OBS-028", "an extension without any call"),
        asking("KC-OBS-029", "a finished call, status ongoing"),
        asking("KC-OBS-127", "an ongoing call, status last"),
        asking("KC-OBS-030", "an extension without status"),
        asking("KC-OBS-031", "the status foo"),
        asking("KC-OBS-032", "two ongoing calls, the number calling in one and called in the other"),
        asking("KC-OBS-033", "an unknown type"),
    ],
)
def test_the_code_and_message_of_a_refusal(observer: Observer, situation: str) -> str:
    """In XML."""
    return readings.code_and_message(observer.known(situation))
