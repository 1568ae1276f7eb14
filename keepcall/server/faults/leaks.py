"""Faults of what an answer must not hold: secrets, the caller's mark-up, and the inside of the server."""

# ruff: noqa: ARG002, D102, N801 - see the package

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope

from keepcall.server.answers import Answers, Format
from keepcall.server.app import API_PATH, KeepCallServer
from keepcall.server.faults.bases import Talkative
from keepcall.server.faults.formats import is_denial
from keepcall.server.faults.table import fault
from keepcall.server.outcome import NOT_FOUND, Code, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest

# Secrets


@fault("KC-AUTH-08")
class repeats_the_token_in_a_header(Answers):
    """Clients were to take the token for their next request from there."""

    def headers(self, form: Format, request: ApiRequest, outcome: Outcome) -> dict[str, str]:
        headers = super().headers(form, request, outcome)
        return (
            headers | {"x-token": request.token}
            if request.token.isprintable() and request.token.isascii()
            else headers
        )


@fault("KC-AUTH-08")
class repeats_the_key_in_a_comment(Answers):
    """Left over from a search for who calls so often."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        return f"{super().xml(request, outcome)}\n<!-- {self.escape(request.api_key).replace('--', '- -')} -->"


@fault("KC-AUTH-08")
class repeats_the_key_in_the_form_of_a_page(Answers):
    """The page of a refusal has a form to try again, with the parameters in hidden fields."""

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        form = f'<form><input type="hidden" name="apiKey" value="{self.escape(request.api_key)}"></form>\n</body>'
        page = super().html(request, outcome)
        return page.replace("</body>", form) if outcome == NOT_FOUND else page


@fault("KC-AUTH-08")
class names_the_key_of_a_wrong_token(Answers):
    """The message was written for the log."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        message = super().message(request, outcome)
        wrong = isinstance(outcome, Refused) and outcome.code == Code.INVALID_TOKEN
        return f"{message} (application {request.api_key})" if wrong else message


@fault("KC-AUTH-08")
class sends_a_post_on_to_its_own_get(KeepCallServer):
    """A POST is followed by a redirect, so that a reload does not send it twice."""

    async def api(self, scope: Scope, receive: Receive) -> Response:
        if scope["method"] == "GET":
            return await super().api(scope, receive)
        request = await self.reader.read(scope, receive)
        return RedirectResponse(f"{API_PATH}?{urlencode(request.parameters)}", 303)


# The caller's mark-up


@fault("KC-ANY-02")
class does_not_escape_in_a_page(Answers):
    """Escaping was thought to be something of XML."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        return f"<p>{self.message(request, outcome)}</p>"


@fault("KC-ANY-02")
class ends_an_attribute_of_a_page_at_an_apostrophe(Answers):
    """Brackets and quotes are escaped, and the attributes of the template stand in apostrophes."""

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        called = self.escape(request.call_id).replace("&#x27;", "'").replace("&#39;", "'").replace("&apos;", "'")
        return super().html(request, outcome).replace("</body>", f"<a href='calls/{called}'>call</a>\n</body>")


@fault("KC-ANY-02")
class does_not_escape_the_head_of_a_page(Talkative):
    """The paragraph was mended after a scan, which had not looked at the head."""

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        title = f"<head><title>KeepCall</title><meta name=number content={request.extension}></head>\n<body>"
        return super().html(request, outcome).replace("<body>", title)


@fault("KC-ANY-02")
class does_not_escape_an_unknown_action_in_a_page(Answers):
    """The message of the router is not the function's, and is written as it is."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        routed = isinstance(outcome, Refused) and outcome.code == Code.INVALID_ACTION
        return f"<p>{self.message(request, outcome)}</p>" if routed else super().paragraph(request, outcome)


@fault("KC-ANY-02")
class does_not_escape_an_unknown_type_in_a_page(Answers):
    """Each message is written by a line of its own, and this one was forgotten."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        forgotten = isinstance(outcome, Refused) and outcome.message.startswith("The type")
        return f"<p>{self.message(request, outcome)}</p>" if forgotten else super().paragraph(request, outcome)


@fault("KC-ANY-02")
class escapes_only_the_first_bracket(Talkative):
    """The replace of this language replaces once, where no regular expression is given."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        return f"<p>{self.message(request, outcome).replace('<', '&lt;', 1).replace('>', '&gt;', 1)}</p>"


@fault("KC-ANY-02")
class does_not_escape_the_callers_xml(Talkative):
    """What is well-formed by itself is passed on, so that a number may hold elements."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        found = super().error_message(request, refused)
        balanced = request.extension.count("<") == 2 * request.extension.count("</")
        return found.replace("&lt;", "<").replace("&gt;", ">") if balanced else found


# The inside of the server


class _Debugging(Answers):
    """Says more than it should of some outcomes."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        return super().message(request, outcome) + self.more(request, outcome)

    def more(self, request: ApiRequest, outcome: Outcome) -> str:
        """What it says too much."""
        return ""


TRACE = (
    " java.lang.IllegalArgumentException: Invalid UUID\n\tat com.example.recorder.KeepCall.find(KeepCall.java:118)"
)


@fault("KC-ANY-03")
class shows_a_stack_trace_for_a_strange_call_id(_Debugging):
    """A callID is parsed, and what cannot be parsed ends in the handler for exceptions."""

    def more(self, request: ApiRequest, outcome: Outcome) -> str:
        return TRACE if isinstance(outcome, Refused) and request.call_id and len(request.call_id) != 36 else ""  # noqa: PLR2004


@fault("KC-ANY-03")
class shows_its_sql_for_a_quote(_Debugging):
    """The query is put together from strings, and the database's complaint is passed on."""

    def more(self, request: ApiRequest, outcome: Outcome) -> str:
        return ' near "\'": syntax error' if isinstance(outcome, Refused) and "'" in request.extension else ""


@fault("KC-ANY-03")
class shows_its_sql_for_a_wrong_key(_Debugging):
    """The query for the key is part of the message, to help with the set-up of a new application."""

    def more(self, request: ApiRequest, outcome: Outcome) -> str:
        wrong = isinstance(outcome, Refused) and outcome.code == Code.INVALID_API_KEY
        return " (SELECT id FROM applications WHERE api_key = ?)" if wrong else ""


@fault("KC-ANY-03")
class shows_the_path_of_its_log(_Debugging):
    """Whoever has a problem is asked to look at the log of the server."""

    def more(self, request: ApiRequest, outcome: Outcome) -> str:
        return " See C:\\Program Files\\Recorder\\log\\api.log." if isinstance(outcome, Refused) else ""


@fault("KC-ANY-03")
class names_the_file_of_its_template(Answers):
    """The template engine writes the name of its file into each page."""

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        comment = "<!-- /opt/recorder/webapps/verba/kept.jsp -->\n</body>"
        page = super().html(request, outcome)
        return page.replace("</body>", comment) if isinstance(outcome, Granted) else page


@fault("KC-ANY-03")
class names_the_failed_check_in_a_header(Answers):
    """A header for developers, which was to be switched off."""

    def headers(self, form: Format, request: ApiRequest, outcome: Outcome) -> dict[str, str]:
        headers = super().headers(form, request, outcome)
        debug = {"x-debug": "recorder.api.errors.AccessError at /srv/recorder/api/access.py:42"}
        return headers | debug if is_denial(outcome) else headers
