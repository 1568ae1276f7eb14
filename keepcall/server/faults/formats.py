"""Faults of `responseType`: which format an answer has, and what depends on it."""

# ruff: noqa: D102, N801 - see the package

from starlette.responses import Response

from keepcall.server.answers import Answers, Format
from keepcall.server.call import Call
from keepcall.server.faults.table import fault
from keepcall.server.outcome import NOT_FOUND, Code, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import Rules

CONTAINER_PAGE = "<html><head><title>Error</title></head><body><h1>Error</h1><p>{}</p></body></html>"
"""What a servlet container answers by itself."""

ACCESS_CODES = (Code.INVALID_ACTION, Code.INVALID_API_KEY, Code.INVALID_TOKEN)


def is_denial(outcome: Outcome) -> bool:
    """Whether it is a refusal over action, key or token."""
    return isinstance(outcome, Refused) and outcome.code in ACCESS_CODES


# No format asked for


@fault("KC-RSP-01")
class answers_in_html_by_default(Answers):
    """The function was first tried out in a browser."""

    def form(self, request: ApiRequest) -> Format:
        return super().form(request) if request.response_type else Format.HTML


@fault("KC-RSP-01")
class answers_a_post_in_html_by_default(Answers):
    """A POST comes from a form, and a form expects a page."""

    def form(self, request: ApiRequest) -> Format:
        return Format.HTML if request.method == "POST" and not request.response_type else super().form(request)


@fault("KC-RSP-01")
class answers_an_unmark_in_text_by_default(Answers):
    """The branch for unmark has defaults of its own."""

    def form(self, request: ApiRequest) -> Format:
        return Format.TEXT if request.is_unmark and not request.response_type else super().form(request)


@fault("KC-RSP-01")
class lets_the_accept_header_choose(Answers):
    """The framework negotiates the content, and a browser asks it for HTML."""

    def form(self, request: ApiRequest) -> Format:
        wants_page = request.headers.get("accept", "").startswith("text/html")
        return Format.HTML if wants_page and not request.response_type else super().form(request)


@fault("KC-RSP-01")
class knows_browsers_by_their_name(Answers):
    """A browser gets a page, and what calls itself Mozilla is one."""

    def form(self, request: ApiRequest) -> Format:
        is_browser = request.headers.get("user-agent", "").startswith("Mozilla/")
        return Format.HTML if is_browser and not request.response_type else super().form(request)


@fault("KC-RSP-01", "KC-ANY-04")
class answers_in_the_format_of_the_request_before(Answers):
    """The format is stored in the session."""

    before = Format.XML

    def form(self, request: ApiRequest) -> Format:
        if request.response_type:
            self.before = super().form(request)
        return self.before


# Another format than the one asked for


@fault("KC-RSP-02")
class refuses_in_xml_whatever_was_asked_for(Answers):
    """Errors are thrown as exceptions, and one handler writes them all, in XML."""

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        self.refuses = isinstance(outcome, Refused) and not is_denial(outcome)
        return super().response(request, outcome)

    def form(self, request: ApiRequest) -> Format:
        return Format.XML if self.refuses else super().form(request)


@fault("KC-RSP-02")
class answers_a_post_in_xml_whatever_was_asked_for(Answers):
    """The POST handler reads the format from the query string, where it is not."""

    def form(self, request: ApiRequest) -> Format:
        return Format.XML if request.method == "POST" else super().form(request)


@fault("KC-RSP-02")
class answers_an_unmark_in_xml_whatever_was_asked_for(Answers):
    """Pages and texts for unmark were left for later."""

    def form(self, request: ApiRequest) -> Format:
        return Format.XML if request.is_unmark else super().form(request)


@fault("KC-RSP-02")
class answers_text_with_a_page(Answers):
    """TEXT is the page without its tags, and somebody forgot to take them off a refusal."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        refused = isinstance(outcome, Refused) and not is_denial(outcome)
        return self.html(request, outcome) if refused else super().text(request, outcome)


@fault("KC-RSP-02")
class refuses_an_unknown_call_by_the_page_of_the_container(Answers):
    """What is not found is a 404, and for a 404 the servlet container has a page of its own."""

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        if outcome != NOT_FOUND:
            return super().response(request, outcome)
        return Response(CONTAINER_PAGE.format(self.escape(NOT_FOUND.message)), 404, media_type="text/html")


@fault("KC-RSP-02")
class answers_manual_record_in_json(Answers):
    """Manual recording is passed on to a newer service, whose answer is passed back."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        passed_on = request.is_manual_record and isinstance(outcome, Granted)
        return '{"code": 0, "type": "KeepCall"}' if passed_on else super().xml(request, outcome)


@fault("KC-RSP-02")
class answers_an_empty_page(Answers):
    """The template for the success of a POST has another name than the code thinks, and renders to nothing."""

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        lost = request.method == "POST" and isinstance(outcome, Granted)
        return "" if lost else super().html(request, outcome)


@fault("KC-RSP-03")
class denies_in_xml_whatever_was_asked_for(Answers):
    """The filter that checks keys and tokens comes before the code that reads the format."""

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        self.denies = is_denial(outcome)
        return super().response(request, outcome)

    def form(self, request: ApiRequest) -> Format:
        return Format.XML if self.denies else super().form(request)


@fault("KC-RSP-03")
class denies_a_token_by_the_page_of_the_container(Answers):
    """A wrong token is a 401, and for a 401 the servlet container has a page of its own."""

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        if isinstance(outcome, Refused) and outcome.code == Code.INVALID_TOKEN:
            return Response(CONTAINER_PAGE.format("Unauthorized"), 401, media_type="text/html")
        return super().response(request, outcome)


@fault("KC-RSP-03")
class denies_without_a_word(Answers):
    """The filter that checks keys sets a status and ends there."""

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        no_key = isinstance(outcome, Refused) and outcome.code == Code.INVALID_API_KEY
        return Response(status_code=403) if no_key else super().response(request, outcome)


# An outcome that depends on the format


@fault("KC-RSP-04", "KC-STA-03")
class does_not_know_last_in_text(Rules):
    """The list of valid values was copied to the handler for scripts before last was added."""

    def last(self, request: ApiRequest) -> Call | None:
        return None if request.response_type == "TEXT" else super().last(request)


@fault("KC-RSP-04", "KC-SEL-02")
class grants_an_unknown_call_id_in_html(Rules):
    """The page is static, and the act is done by a script that it loads."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        outcome = await super().decide(request)
        static = request.response_type == "HTML" and request.call_id and outcome == NOT_FOUND
        return Granted(request.call_id) if static else outcome


@fault("KC-RSP-04", "KC-STA-01")
class needs_no_status_in_text(Rules):
    """The handler for scripts has a default where the others have a check."""

    def statuses(self, request: ApiRequest) -> list[str]:
        return super().statuses(request) or (["ongoing"] if request.response_type == "TEXT" else [])
