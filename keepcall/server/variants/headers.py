"""Response headers: more of them, fewer of them, and other values."""

from starlette.responses import Response

from keepcall.server.answers import Answers, Format
from keepcall.server.outcome import Outcome
from keepcall.server.request import ApiRequest
from keepcall.server.variants.table import variant


class MoreHeaders(Answers):
    """Adds headers to each answer; names may be repeated."""

    more: tuple[tuple[str, str], ...] = ()

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        """With these, in this order."""
        response = super().response(request, outcome)
        for name, value in self.more:
            response.headers.append(name, value)
        return response


@variant()
class SetsCookies(MoreHeaders):
    """A load balancer and a servlet container each set cookies with every answer, dates with commas in them."""

    more = (
        ("set-cookie", "JSESSIONID=8F1B0C3A.node2; Path=/verba; Secure; HttpOnly"),
        ("set-cookie", "AWSALB=q+/=; Expires=Mon, 30 Nov 2026 09:00:00 GMT; Path=/"),
        ("set-cookie", "gone=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Domain=.example"),
        ("set-cookie", "no-name"),
    )


@variant()
class TellsWhatItIs(MoreHeaders):
    """A .NET application behind two proxies tells the names and versions of all that the answer passed."""

    more = (
        ("server", "Microsoft-IIS/10.0"),
        ("x-aspnet-version", "4.0.30319"),
        ("x-powered-by", "ASP.NET"),
        ("via", "1.1 varnish (Varnish/7.1), 1.1 proxy-2"),
        ("age", "0"),
        ("x-cache", "MISS"),
        ("x-request-id", "d1f3c5"),
        ("keep-alive", "timeout=5, max=100"),
    )


@variant()
class SecuresItsAnswers(MoreHeaders):
    """An audited server has every header that an auditor could ask for."""

    more = (
        ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "*, Authorization"),
        ("permissions-policy", "camera=(), microphone=()"),
        ("cross-origin-opener-policy", "same-origin"),
        ("clear-site-data", '"cache"'),
    )


@variant()
class HasVeryManyHeaders(MoreHeaders):
    """A chain of gateways leaves a trace of eighty headers, one of them with 8,000 characters, and empty ones."""

    more = (*((f"x-trace-{i}", f"hop {i}" * (i % 3)) for i in range(79)), ("x-trace-all", "hop;" * 2_000))


@variant()
class IsACache(MoreHeaders):
    """A server speaks of validity and language of its answers, and allows ranges of them."""

    more = (
        ("etag", 'W/"3-17"'),
        ("last-modified", "Mon, 23 Nov 2026 09:00:00 GMT"),
        ("expires", "-1"),
        ("pragma", "no-cache"),
        ("vary", "Accept-Encoding, Cookie"),
        ("content-language", "en, hu"),
        ("accept-ranges", "bytes"),
        ("link", '</verba/api.wadl>; rel="describedby"'),
        ("retry-after", "120"),
        ("content-location", "/verba/api?action=KeepCall"),
        ("refresh", "0; url=https://example.invalid/"),
    )


@variant()
class SpeaksLatin1InHeaders(MoreHeaders):
    """A server has the message in a header as well, in the Latin-1 of old (RFC 9110, section 5.5)."""

    more = (("x-message", "A hívás nem található; Gespräch fehlt"), ("warning", '299 - "kész"'))


class Typed(Answers):
    """Other values of Content-Type."""

    types: tuple[str, str, str] = ("", "", "")

    def content_type(self, form: Format) -> str:
        """Of XML, HTML and TEXT."""
        return self.types[list(Format).index(form)]


@variant()
class NamesNoCharset(Typed):
    """A server leaves the charset to what the content says of itself."""

    types = ("application/xml", "text/html", "text/plain")


@variant()
class HasATypeOfItsOwn(Typed):
    """A vendor registered a type for his XML, and knows about profiles and quotes."""

    types = (
        'application/vnd.verba.api+xml; version="9.8"; charset="UTF-8"',
        'TEXT/HTML ;Charset="utf-8"',
        'Text/Plain; format=flowed; delsp=yes; x="a;b\\"c"; charset=UTF8',
    )


@variant("KC-HTTP-08")
class CallsEverythingAPage(Typed):
    """A PHP script leaves Content-Type as it is by default."""

    types = ("text/html; charset=UTF-8",) * 3


@variant("KC-HTTP-08")
class CallsEverythingBytes(Typed):
    """A server sends its answers as files, of which it does not know what is in them."""

    types = ("application/octet-stream",) * 3


@variant("KC-HTTP-08")
class CallsXhtmlByItsName(Typed):
    """A server calls its page XHTML."""

    types = ("text/xml", "application/xhtml+xml; charset=utf-8", "text/plain")


@variant("KC-HTTP-08")
class HasNoContentType(Answers):
    """A hand-written server sends no Content-Type at all."""

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        """Without."""
        response = super().response(request, outcome)
        del response.headers["content-type"]
        return response


@variant("KC-HTTP-09")
class MeansAnotherCharsetThanItSays(Answers):
    """A servlet container says ISO-8859-1 by default, while the servlet writes UTF-8 with a name in it."""

    def content_type(self, form: Format) -> str:
        """As Tomcat has it."""
        return super().content_type(form).replace("UTF-8", "ISO-8859-1")

    def declaration(self) -> str:
        """A comment that is not ASCII, so that it makes a difference."""
        return super().declaration() + "<!-- hívásrögzítő -->"


@variant("KC-HTTP-09")
class NamesACharsetThatThereIsNot(Typed):
    """A server takes the name of its language for that of a charset."""

    types = ("text/xml; charset=hungarian", "text/html; charset=hungarian", "text/plain; charset=hungarian")
