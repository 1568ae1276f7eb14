"""Faults of an answer as HTTP: status, Content-Type, charset."""

# ruff: noqa: ARG002, D102, N801 - see the package

import gzip

from starlette.responses import Response

from keepcall.server.answers import Answers, Format
from keepcall.server.faults.bases import Talkative
from keepcall.server.faults.formats import is_denial
from keepcall.server.faults.table import fault
from keepcall.server.outcome import MORE_THAN_ONE, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import LAST

# The message


class _Encoded(Answers):
    """Says of its body that it is in a content coding."""

    def encoded(self, body: bytes) -> bytes:
        """The body that is sent."""
        return body

    def is_meant(self, request: ApiRequest, outcome: Outcome) -> bool:
        """Which answers are so."""
        return True

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        response = super().response(request, outcome)
        if self.is_meant(request, outcome):
            response.body = self.encoded(bytes(response.body))
            response.headers["content-length"] = str(len(response.body))
            response.headers["content-encoding"] = "gzip"
        return response


@fault("KC-HTTP-12")
class says_gzip_and_sends_plain(_Encoded):
    """The proxy that compressed was taken away, and the header that it had added was put into the configuration."""


@fault("KC-HTTP-12")
class cuts_what_it_has_compressed(_Encoded):
    """The compressed stream is not closed before its bytes are sent, so that its last block is missing."""

    def encoded(self, body: bytes) -> bytes:
        return gzip.compress(body)[:-12]

    def is_meant(self, request: ApiRequest, outcome: Outcome) -> bool:
        return request.response_type == "HTML"


# Status


@fault("KC-HTTP-06")
class sends_a_page_elsewhere(Answers):
    """After a keep the browser is sent on to the user interface, which is on another host."""

    def headers(self, form: Format, request: ApiRequest, outcome: Outcome) -> dict[str, str]:
        headers = super().headers(form, request, outcome)
        elsewhere = {"location": "http://recorder.invalid/kept"}
        return headers | elsewhere if self.status_code(request, outcome) != 200 else headers  # noqa: PLR2004

    def status_code(self, request: ApiRequest, outcome: Outcome) -> int:
        page = request.response_type == "HTML" and isinstance(outcome, Granted)
        return 302 if page else super().status_code(request, outcome)


class _Statuses(Answers):
    """Has another status for some outcomes."""

    def status_code(self, request: ApiRequest, outcome: Outcome) -> int:
        return self.other(request, outcome) or super().status_code(request, outcome)

    def other(self, request: ApiRequest, outcome: Outcome) -> int:
        """The status, or 0."""
        return 0


@fault("KC-HTTP-06")
class grants_an_unmark_with_410(_Statuses):
    """What has been unmarked is gone."""

    def other(self, request: ApiRequest, outcome: Outcome) -> int:
        return 410 if isinstance(outcome, Granted) and request.is_unmark else 0


@fault("KC-HTTP-06")
class grants_a_post_with_500(_Statuses):
    """The statistics of POST requests fail when all is done, and the answer is written all the same."""

    def other(self, request: ApiRequest, outcome: Outcome) -> int:
        return 500 if isinstance(outcome, Granted) and request.method == "POST" else 0


@fault("KC-HTTP-06")
class grants_the_last_call_with_404(_Statuses):
    """The call is not among the ongoing ones, and the status of that first look-up stays."""

    def other(self, request: ApiRequest, outcome: Outcome) -> int:
        return 404 if isinstance(outcome, Granted) and request.status == LAST else 0


@fault("KC-HTTP-07")
class refuses_with_500(_Statuses):
    """Errors are exceptions, and an exception is a 500."""

    def other(self, request: ApiRequest, outcome: Outcome) -> int:
        return 500 if isinstance(outcome, Refused) and not is_denial(outcome) else 0


@fault("KC-HTTP-07")
class denies_with_500(_Statuses):
    """The filter that checks keys and tokens throws what the container does not know."""

    def other(self, request: ApiRequest, outcome: Outcome) -> int:
        return 500 if is_denial(outcome) else 0


@fault("KC-HTTP-07")
class refuses_several_calls_with_503(_Statuses):
    """More than one call was thought to be a passing state."""

    def other(self, request: ApiRequest, outcome: Outcome) -> int:
        return 503 if outcome == MORE_THAN_ONE else 0


@fault("KC-HTTP-07")
class refuses_html_with_500(_Statuses):
    """An error page is the container's, and so is its status."""

    def other(self, request: ApiRequest, outcome: Outcome) -> int:
        return 500 if isinstance(outcome, Refused) and request.response_type == "HTML" else 0


# Content-Type


class _Headers(Answers):
    """Has another Content-Type for some answers; none where it is empty."""

    def headers(self, form: Format, request: ApiRequest, outcome: Outcome) -> dict[str, str]:
        return super().headers(form, request, outcome) | {"content-type": self.other(form, request, outcome)}

    def other(self, form: Format, request: ApiRequest, outcome: Outcome) -> str:
        """The type."""
        return self.content_type(form)


@fault("KC-HTTP-08")
class names_a_refusal_plain_text(_Headers):
    """Errors are sent by a function that takes a message, and its type is text."""

    def other(self, form: Format, request: ApiRequest, outcome: Outcome) -> str:
        return "text/plain; charset=UTF-8" if isinstance(outcome, Refused) else self.content_type(form)


@fault("KC-HTTP-08")
class names_text_xml(_Headers):
    """TEXT was added to the list of formats, and not to that of types, whose default is XML."""

    def other(self, form: Format, request: ApiRequest, outcome: Outcome) -> str:
        return self.content_type(Format.XML if form is Format.TEXT else form)


@fault("KC-HTTP-08")
class names_the_answer_to_a_post_octets(_Headers):
    """The POST handler writes to the stream, and leaves the type to the container."""

    def other(self, form: Format, request: ApiRequest, outcome: Outcome) -> str:
        return "application/octet-stream" if request.method == "POST" else self.content_type(form)


@fault("KC-HTTP-08")
class names_the_answer_to_a_recording_octets(_Headers):
    """Manual recording is carried out by another service, whose answer is handed on without its type."""

    def other(self, form: Format, request: ApiRequest, outcome: Outcome) -> str:
        return "application/octet-stream" if request.is_manual_record else self.content_type(form)


@fault("KC-HTTP-08")
class names_no_type_for_an_unmark(Answers):
    """The branch for unmark writes its answer before the headers are set."""

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        response = super().response(request, outcome)
        if request.is_unmark:
            del response.headers["content-type"]
        return response


# charset


@fault("KC-HTTP-09")
class names_a_charset_that_there_is_not(_Headers):
    """The name is that of the constant in the code."""

    def other(self, form: Format, request: ApiRequest, outcome: Outcome) -> str:
        return self.content_type(form).replace("UTF-8", "UTF_8")


class _OtherCharset(Talkative):
    charset = ""

    def content_type(self, form: Format) -> str:
        return super().content_type(form).replace("UTF-8", self.charset)


@fault("KC-HTTP-09")
class names_latin_1_for_utf_8(_OtherCharset):
    """The container adds its default charset to a type that has none."""

    charset = "ISO-8859-1"


@fault("KC-HTTP-09")
class names_ascii_for_utf_8(_OtherCharset):
    """All messages are English, and so ASCII was thought to do."""

    charset = "US-ASCII"


@fault("KC-HTTP-09")
class declares_latin_1_and_names_utf_8(Talkative):
    """The template says how its own file is encoded, and the container says how it writes."""

    def declaration(self) -> str:
        return '<?xml version="1.0" encoding="ISO-8859-1"?>'


@fault("KC-HTTP-09")
class writes_text_in_the_encoding_of_its_platform(Talkative):
    """XML and HTML have an encoder of their own, and for TEXT the platform's is good enough."""

    def encode(self, form: Format, body: str) -> bytes:
        return body.encode("cp1252", "replace") if form is Format.TEXT else super().encode(form, body)
