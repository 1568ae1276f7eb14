"""XML answers that say more than the documented ones, in places that the open schema leaves for it."""

import re

from keepcall.server.answers import Answers, Format
from keepcall.server.outcome import Refused
from keepcall.server.request import ApiRequest
from keepcall.server.variants.table import rewritten, variant

RESPONSE_TAG = re.compile(r"<Response ([^<>]*?)(/?)>")


@rewritten(Format.XML, "KC-XML-09")
def has_more_attributes(text: str) -> str:
    """A later version of the API tells how long it took and on which node."""
    text = RESPONSE_TAG.sub(r'<Response \1 took="3" node="rec-2"\2>', text)
    text = text.replace("<VerbaApi>", '<VerbaApi version="9.8">')
    return text.replace("<ErrorMessage>", '<ErrorMessage lang="en" severity="">')


@rewritten(Format.XML, "KC-XML-09")
def has_attributes_of_xml_itself(text: str) -> str:
    """A vendor of multilingual software marks the language of all that people read, and keeps its spaces."""
    return text.replace("<ErrorMessage>", '<ErrorMessage xml:lang="en-GB" xml:space="preserve">')


@rewritten(Format.XML, "KC-XML-09")
def has_elements_after_the_response(text: str) -> str:
    """A server writes of the session beside every answer, as RequestToken does."""
    more = (
        "<SessionId/><SessionParameterName>jsessionid</SessionParameterName>"
        "<SessionCookieName>JSESSIONID</SessionCookieName><Remote>127.0.0.1</Remote>"
    )
    return text.replace("</VerbaApi>", f"{more}\n</VerbaApi>")


@rewritten(Format.XML, "KC-XML-09")
def lists_the_calls_that_it_looked_at(text: str) -> str:
    """A later version lists what it found, in elements with codes, types and messages of their own."""
    calls = (
        '<Calls code="17" type="List"><Call code="1" type="on-demand"><Message>in the buffer</Message></Call>'
        '<Call code="0" type="controlled"/></Calls><Result code="99">done</Result>'
    )
    return text.replace("</VerbaApi>", f"{calls}\n</VerbaApi>")


@rewritten(Format.XML, "KC-XML-09")
def has_content_of_another_namespace(text: str) -> str:
    """A gateway adds its trace, in a namespace of its own, as the rules of extensible XML ask for."""
    text = text.replace("<VerbaApi>", '<VerbaApi xmlns:gw="urn:example:gateway" gw:hop="2">')
    text = RESPONSE_TAG.sub(r'<Response gw:code="200" \1 gw:type="proxied"\2>', text)
    trace = '<gw:Trace><gw:Span code="0"/></gw:Trace><Meta xmlns="urn:example:meta"><Note>ok</Note></Meta>'
    return text.replace("</VerbaApi>", f"{trace}</VerbaApi>")


@rewritten(Format.XML, "KC-XML-09")
def has_its_own_names_in_another_namespace(text: str) -> str:
    """A gateway wraps a copy of its own answer, whose elements have the documented names in another namespace."""
    copy = (
        '<gw:VerbaApi xmlns:gw="urn:example:gateway">'
        '<gw:Response code="7"><gw:ErrorMessage/></gw:Response></gw:VerbaApi>'
        '<Response xmlns="urn:example:audit" code="8"><ErrorMessage>seen</ErrorMessage></Response>'
    )
    return text.replace("</VerbaApi>", f"{copy}</VerbaApi>")


@variant("KC-XML-09")
class DescribesErrorsTwice(Answers):
    """A server writes for clients of the older version as well, which read `description` (sample of the family)."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        """In the attribute and in the element."""
        text = self.escape(self.message(request, refused))
        return f'<ErrorMessage description="{text}">{text}</ErrorMessage>'


@variant("KC-XML-09")
class RepeatsTheQuestion(Answers):
    """A server repeats what it was asked, without the credentials, in attributes and elements, all of it escaped."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        """The parameters as attributes, by the least escaping that is right there."""
        asked = {"callID": request.call_id, "extension": request.extension, "status": request.status}
        spelt = " ".join(f"{name}='{self.attribute(value)}'" for name, value in asked.items())
        return f"<ErrorMessage {spelt}>{self.escape(self.message(request, refused))}</ErrorMessage>"

    def attribute(self, text: str) -> str:
        """`>` and `"` may stand in a value between apostrophes."""
        return self.escape(text).replace("&gt;", ">").replace("&quot;", '"').replace("'", "&#39;")


@variant("KC-XML-09", "KC-ANY-03")
class ShowsItsStackTrace(Answers):
    """A server that was left in its debugging mode adds the trace of each refusal, as the family's logs have it."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        """The class and line that refused."""
        trace = "com.example.api.ApiException: refused&#10;  at com.example.api.KeepCall.run(KeepCall.java:84)"
        message = self.escape(self.message(request, refused))
        return f'<ErrorMessage stackTrace="{trace}">{message}</ErrorMessage>'


@variant("KC-XML-09", "KC-AUTH-08")
class RepeatsTheCredentials(Answers):
    """A server repeats all of the request, credentials included, for whoever debugs the client."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        """The key and the token as attributes."""
        credentials = f'key="{self.escape(request.api_key)}" token="{self.escape(request.token)}"'
        return f"<ErrorMessage {credentials}>{self.escape(self.message(request, refused))}</ErrorMessage>"
