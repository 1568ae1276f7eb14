"""HTML answers that a parser reads as the documented one; the sentence has a paragraph of its own in each."""

import re

from keepcall.server.answers import Answers, Format
from keepcall.server.outcome import Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.variants.table import rewritten, variant

HEAD = "<html>\n<body>\n"
END = "\n</body>\n</html>"


def inside(text: str) -> str:
    """The paragraph of a page."""
    return text.removeprefix(HEAD).removesuffix(END)


@rewritten(Format.HTML)
def is_a_lone_paragraph(text: str) -> str:
    """A server leaves out all tags that HTML does not need, the end of the paragraph among them."""
    return inside(text).removesuffix("</p>")


@rewritten(Format.HTML)
def is_in_upper_case(text: str) -> str:
    """A page of the nineties has its tags in upper case, and no DOCTYPE."""
    return re.sub(r"</?\w+>", lambda tag: tag[0].upper(), text)


@rewritten(Format.HTML)
def is_xhtml(text: str) -> str:
    """A page that was made well-formed says so three times: declaration, DOCTYPE and namespace."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"'
        ' "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml"'
        f' xml:lang="en">\n<head><title>KeepCall</title></head>\n<body>{inside(text)}<hr />\n</body></html>'
    )


@rewritten(Format.HTML)
def is_html_4(text: str) -> str:
    """An IIS page of 2003 is HTML 4.01, with its charset in a meta element."""
    return (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">\r\n'
        '<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=utf-8"></HEAD>\r\n'
        f'<BODY BGCOLOR=white><FONT FACE="Verdana">{inside(text)}</FONT></BODY></HTML>'
    )


@rewritten(Format.HTML)
def is_html_5(text: str) -> str:
    """A Spring Boot template is a modern page with head, style and script."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>KeepCall</title>\n'
        '<style>p > b { color: green }</style>\n<script>if (1 < 2 && top !== self) { document.title = "<p>"; }'
        f"</script>\n</head>\n<body>\n<main>{inside(text)}</main>\n</body>\n</html>\n"
    )


@rewritten(Format.HTML)
def is_decorated(text: str) -> str:
    """A page is made with a kit: attributes with and without quotes, an icon, containers around the paragraph."""
    icon = '<svg viewBox="0 0 8 8" aria-hidden=true><title>icon</title><path d="M1 4l2 2 4-5"/></svg>'
    paragraph = inside(text).replace("<p>", "<p class=mb-0 id='message' data-x=\"a>b\">")
    return f'<html><body class="bg"><div role=alert class="alert">{icon}{paragraph}</div></body></html>'


@rewritten(Format.HTML)
def has_mark_up_in_the_paragraph(text: str) -> str:
    """A page has the first word in bold, and the last one in a link."""
    paragraph = re.sub(r"<p>(\w+)", r"<p><b>\1</b>", inside(text))
    paragraph = re.sub(r"(\w+)\.</p>", r'<a href="/verba/"><em>\1</em></a>.</p>', paragraph)
    return f"{HEAD}{paragraph}{END}"


@rewritten(Format.HTML)
def has_other_paragraphs(text: str) -> str:
    """A page has a heading before the message, and a footer behind it, in paragraphs of their own."""
    return (
        f"<html><body><h1>KeepCall</h1><p>Call recorder, node 2.</p>{inside(text)}<p>Close this window.</p>"
        "<p></p></body></html>"
    )


@rewritten(Format.HTML)
def has_the_paragraph_in_a_table(text: str) -> str:
    """A page of an old portal is laid out in tables, and leaves the ends of cells to the browser."""
    return f"<html><body><table border=0><tr><td>&nbsp;<td>{inside(text)}<td></table><br></body></html>"


@rewritten(Format.HTML)
def has_white_space_in_the_paragraph(text: str) -> str:
    """A JSP page wraps its lines, between the words of the message too, and has blank lines before everything."""
    paragraph = inside(text).replace(" ", "\r\n\t  ").replace("<p>", "<p>\n").replace("</p>", "\n\n</p>")
    return f"\r\n\r\n{HEAD}{paragraph}{END}\r\n"


@rewritten(Format.HTML)
def has_comments(text: str) -> str:
    """A page has its build number in a comment, and conditional ones for an old browser."""
    page = text.replace("<p>", "<p><!-- message -->")
    return f"<!-- build 9.8.1 --><!--[if lt IE 9]><p>Old browser.</p><![endif]-->{page}<!-- 3 ms -->"


@variant()
class RefersToEveryCharacterOfAPage(Answers):
    """An anti-scripting encoder writes every character of a page as a reference, some of them by name."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        """The space and the full stop have names of their own in HTML."""
        text = self.message(request, outcome)
        names = {" ": "&#32;", ".": "&period;", ",": "&comma;", "(": "&lpar;", ")": "&rpar;"}
        return f"<p>{''.join(names.get(c, f'&#x{ord(c):x};') for c in text)}</p>"


@variant()
class RefusesOnAPageWithoutParagraphs(Answers):
    """A server has a page for errors that consists of a heading and a block of text."""

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        """Only the page of a success is the documented one."""
        if not isinstance(outcome, Refused):
            return super().html(request, outcome)
        message = self.escape(self.message(request, outcome))
        return f"<title>Error</title><h1>Error {outcome.code}</h1><pre>\n{message}\n</pre>"


@variant()
class RefusesInTheServersErrorPage(Answers):
    """A servlet calls sendError with its message, and Tomcat puts that into its own page."""

    def status_code(self, request: ApiRequest, outcome: Outcome) -> int:
        """Tomcat would not show it otherwise."""
        return 400 if isinstance(outcome, Refused) else super().status_code(request, outcome)

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        """With its status, its style and its version."""
        if not isinstance(outcome, Refused):
            return super().html(request, outcome)
        return (
            '<!doctype html><html lang="en"><head><title>HTTP Status 400 – Bad Request</title><style type="text/css">'
            "body {font-family:Tahoma,Arial;} h1, h2 {color:white;background-color:#525D76;}</style></head>"
            '<body><h1>HTTP Status 400 – Bad Request</h1><hr class="line" /><p><b>Type</b> Status Report</p>'
            f"<p><b>Message</b> {self.escape(self.message(request, outcome))}</p><p><b>Description</b> The server"
            ' cannot process the request due to a client error.</p><hr class="line" /><h3>Apache Tomcat/9.0.98</h3>'
            "</body></html>"
        )


@variant("KC-HTML-03")
class KeepsItsReasonsOutOfPages(Answers):
    """A server shows people the same page for every refusal, and leaves the reason to XML."""

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        """An icon and three words."""
        page = "<html><body><p>&#9888; Request was refused</p></body></html>"
        return page if isinstance(outcome, Refused) else super().html(request, outcome)


@variant("KC-UNM-05")
class SaysThatAnUnmarkedCallWasMarked(Answers):
    """A server has one sentence for everything that it grants."""

    def sentence(self, *_: object) -> str:
        """The documented one."""
        return "The call has been marked for recording."


@variant()
class SaysNothingOfAnUnmark(Answers):
    """A server has a sentence for a keep only, the one that is documented, and an empty answer for the others."""

    def sentence(self, request: ApiRequest) -> str:
        """Nothing, unless it is a keep."""
        return "" if request.is_unmark or request.is_manual_record else super().sentence(request)
