"""How an outcome is written: XML, HTML and TEXT, and the HTTP response around it."""

import html
import re
from enum import StrEnum

from starlette.responses import Response

from keepcall.server.outcome import Code, Outcome, Refused, TokenIssued
from keepcall.server.request import ApiRequest


class Format(StrEnum):
    """The formats of an answer."""

    XML = "XML"
    HTML = "HTML"
    TEXT = "TEXT"


CONTENT_TYPES = {
    Format.XML: "text/xml; charset=UTF-8",
    Format.HTML: "text/html; charset=UTF-8",
    Format.TEXT: "text/plain; charset=UTF-8",
}

# What no XML document can hold, escaped or not (XML 1.0, production 2).
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# By "unmark" and "manualRecord". The documentation gives the first one; the others are this server's own.
SENTENCES = {
    (False, False): "The call has been marked for recording.",
    (True, False): "The mark of the call has been cleared.",
    (False, True): "The recording of the call has been started.",
    (True, True): "The recording of the call has been stopped.",
}


class Answers:
    """Writes answers."""

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        """The HTTP response to a request that came to this outcome."""
        form = self.form(request)
        return Response(
            self.encode(form, self.body(form, request, outcome)),
            status_code=self.status_code(request, outcome),
            headers=self.headers(form, request, outcome),
        )

    def form(self, request: ApiRequest) -> Format:
        """The format asked for; XML where none is, or an unknown one (KC-RSP-01, -02, -03)."""
        try:
            return Format(request.response_type)
        except ValueError:
            return Format.XML

    # HTTP

    def status_code(self, request: ApiRequest, outcome: Outcome) -> int:  # noqa: ARG002 (for overrides)
        """The HTTP status: as in older APIs, the body alone tells granted from refused (KC-HTTP-06, -07)."""
        return 200

    def headers(self, form: Format, request: ApiRequest, outcome: Outcome) -> dict[str, str]:
        """The response's headers. No cache may keep an answer: the next request has its own effect."""
        headers = {"content-type": self.content_type(form), "cache-control": "no-store"}
        if isinstance(outcome, TokenIssued):
            headers["set-cookie"] = self.cookie(request, outcome)
        return headers

    def content_type(self, form: Format) -> str:
        """The format's media type and charset (KC-HTTP-08, KC-HTTP-09)."""
        return CONTENT_TYPES[form]

    def cookie(self, request: ApiRequest, issued: TokenIssued) -> str:  # noqa: ARG002 (for overrides)
        """The session cookie, out of reach of scripts (RFC 6265, 4.1)."""
        return f"JSESSIONID={issued.session_id}; Path=/verba; HttpOnly"

    def encode(self, form: Format, body: str) -> bytes:  # noqa: ARG002 (for overrides)
        """The body as bytes (KC-HTTP-09, KC-XML-01)."""
        return body.encode(errors="replace")

    # The body

    def body(self, form: Format, request: ApiRequest, outcome: Outcome) -> str:
        """The answer in this format."""
        match form:
            case Format.XML:
                return self.xml(request, outcome)
            case Format.HTML:
                return self.html(request, outcome)
            case Format.TEXT:
                return self.text(request, outcome)

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        """What the outcome is in words, the same ones in each format (KC-XML-07, KC-HTML-03, KC-TEXT-03)."""
        match outcome:
            case Refused():
                return outcome.message
            case TokenIssued():
                return outcome.token
            case _:
                return self.sentence(request)

    def sentence(self, request: ApiRequest) -> str:
        """The success sentence of what was asked for (KC-HTML-01, KC-TEXT-01, KC-UNM-05)."""
        return SENTENCES[request.is_unmark, request.is_manual_record]

    def escape(self, text: str) -> str:
        """Text, safe between tags and in attributes, in XML as in HTML (KC-ANY-02, KC-XML-01)."""
        return html.escape(NOT_XML.sub("\ufffd", text))

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        """The TEXT answer: the message alone (KC-TEXT-01, -02, -03)."""
        return self.message(request, outcome)

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        """The HTML answer: the message in a paragraph (KC-HTML-01, -02, -03)."""
        return f"<html>\n<body>\n{self.paragraph(request, outcome)}\n</body>\n</html>"

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        """The one paragraph of an HTML answer."""
        return f"<p>{self.escape(self.message(request, outcome))}</p>"

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        """The XML answer (KC-XML-01, KC-XML-02)."""
        lines = (self.declaration(), "<VerbaApi>", *self.elements(request, outcome), "</VerbaApi>")
        return "\n".join(line for line in lines if line)

    def declaration(self) -> str:
        """The XML declaration (KC-XML-08)."""
        return '<?xml version="1.0" encoding="UTF-8"?>'

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        """What is inside of `VerbaApi`, as the documented samples have it (KC-XML-03, -04, -09)."""
        tag = f'Response code="{self.code(request, outcome)}" type="{self.type(request)}"'
        match outcome:
            case Refused():
                return [f"<{tag}>", self.error_message(request, outcome), "</Response>"]
            case TokenIssued():
                return [f'<{tag} token="{self.escape(outcome.token)}"/>', *self.session(request, outcome)]
            case _:
                return [f"<{tag}/>"]

    def code(self, request: ApiRequest, outcome: Outcome) -> str:  # noqa: ARG002 (for overrides)
        """The `code` attribute (KC-XML-03, -04, -06)."""
        return str(int(outcome.code if isinstance(outcome, Refused) else Code.GRANTED))

    def type(self, request: ApiRequest) -> str:
        """The `type` attribute; an unknown action is not repeated (KC-XML-05)."""
        return "RequestToken" if request.action == "RequestToken" else "KeepCall"

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        """The error's element (KC-XML-04, KC-XML-07)."""
        return f"<ErrorMessage>{self.escape(self.message(request, refused))}</ErrorMessage>"

    def session(self, request: ApiRequest, issued: TokenIssued) -> list[str]:
        """What RequestToken says of the session, beside its `Response`."""
        return [
            f"<SessionId>{self.escape(issued.session_id)}</SessionId>",
            "<SessionParameterName>jsessionid</SessionParameterName>",
            "<SessionCookieName>JSESSIONID</SessionCookieName>",
            f"<Remote>{self.escape(request.client)}</Remote>",
        ]
