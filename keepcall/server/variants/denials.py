"""Refusals over `action`, `apiKey` or `token`, in whatever form: all that counts is that nothing is granted."""

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from keepcall.server.answers import Answers
from keepcall.server.outcome import Code, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.variants.table import variant

FORMAT = "KC-RSP-03"

DENIALS = frozenset({Code.INVALID_API_KEY, Code.INVALID_TOKEN, Code.INVALID_ACTION})


class Denials(Answers):
    """Answers denials in a way of its own, and all else as documented."""

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        """Denied, or documented."""
        if isinstance(outcome, Refused) and outcome.code in DENIALS:
            return self.denied(request, outcome)
        return super().response(request, outcome)

    def denied(self, request: ApiRequest, refused: Refused) -> Response:
        """The answer to a denied request."""
        raise NotImplementedError


@variant(FORMAT)
class DeniesWithNothing(Denials):
    """A filter before the servlet sends a bare 401 with a challenge."""

    def denied(self, *_: object) -> Response:
        """No content at all."""
        return Response(status_code=401, headers={"www-authenticate": "Bearer"})


@variant(FORMAT)
class DeniesWithoutContent(Denials):
    """A server has nothing to say to strangers, and calls that a success."""

    def denied(self, *_: object) -> Response:
        """204, which never has content."""
        return Response(status_code=204)


@variant(FORMAT)
class DeniesWithAPage(Denials):
    """An IIS module answers strangers before the API is asked."""

    def denied(self, *_: object) -> Response:
        """The page of the web server."""
        page = (
            "<html><head><title>403 - Forbidden: Access is denied.</title></head><body>"
            "<h2>403 - Forbidden: Access is denied.</h2><p>You do not have permission to view this.</p></body></html>"
        )
        return HTMLResponse(page, 403)


@variant(FORMAT)
class DeniesWithAProblem(Denials):
    """A Spring filter answers with problem details in JSON (RFC 9457)."""

    def denied(self, request: ApiRequest, refused: Refused) -> Response:
        """With a code of 0 in it, which is JSON's and not KeepCall's."""
        del request
        problem = {
            "type": "about:blank",
            "title": "Unauthorized",
            "status": 401,
            "code": 0,
            "detail": refused.message,
        }
        return JSONResponse(problem, 401, {"www-authenticate": "Bearer"}, media_type="application/problem+json")


@variant(FORMAT)
class DeniesWithAWord(Denials):
    """A hand-written server has one line for all strangers."""

    def denied(self, *_: object) -> Response:
        """Plain text."""
        return PlainTextResponse("Forbidden\r\n", 403)


@variant(FORMAT)
class DeniesByALoginPage(Denials):
    """A portal shows whoever is not logged in the form to log in, with status 200."""

    def denied(self, *_: object) -> Response:
        """A form."""
        return HTMLResponse(
            '<!DOCTYPE html><html><head><title>Log in</title></head><body><form method="post" action="/login">'
            '<input name="user"><input name="password" type="password"><button>Log in</button></form></body></html>'
        )


@variant(FORMAT)
class DeniesByARedirectToAnotherHost(Denials):
    """A single sign-on sends strangers to its own host, which must not get their credentials."""

    def denied(self, *_: object) -> Response:
        """Nobody listens there."""
        return RedirectResponse("https://login.keepcall.invalid/sso?from=%2Fverba%2Fapi", 302)


@variant(FORMAT, "KC-HTTP-07")
class DeniesWithAnErrorOfTheServer(Denials):
    """A server breaks where it has no session, and its web server hides how."""

    def denied(self, *_: object) -> Response:
        """500."""
        return HTMLResponse("<html><body><h1>Internal Server Error</h1></body></html>", 500)


@variant(FORMAT)
class DeniesInXmlOfItsOwn(Denials):
    """A security gateway answers in its own XML."""

    def denied(self, *_: object) -> Response:
        """A SOAP fault, as such gateways have it."""
        fault = (
            '<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
            "<soap:Fault><faultcode>soap:Client</faultcode><faultstring>Denied</faultstring></soap:Fault>"
            "</soap:Body></soap:Envelope>"
        )
        return Response(fault, 403, media_type="text/xml")


@variant()
class DeniesWithEachItsOwnStatus(Denials):
    """A server has the documented answer for strangers too, with the status that HTTP has for them."""

    def denied(self, request: ApiRequest, refused: Refused) -> Response:
        """401 for a token, 403 for a key, 404 for an action."""
        response = Answers.response(self, request, refused)
        response.status_code = {Code.INVALID_TOKEN: 401, Code.INVALID_API_KEY: 403}.get(Code(refused.code), 404)
        response.headers["www-authenticate"] = 'Bearer error="invalid_token"'
        return response
