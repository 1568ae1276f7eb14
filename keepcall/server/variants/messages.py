"""Refusals in other languages and other words; HTML and TEXT say what XML says, unless a remark is named."""

import itertools
from collections.abc import Mapping

from keepcall.server.answers import Answers, Format
from keepcall.server.outcome import Code, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.variants.table import variant

DOCUMENTED = "KC-XML-07"


class Translated(Answers):
    """Messages by code in another language."""

    messages: Mapping[int, str] = {}
    other = ""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        """Of a refusal in the language, else the documented sentence."""
        if isinstance(outcome, Refused):
            return self.messages.get(outcome.code, self.other)
        return super().message(request, outcome)


@variant(DOCUMENTED)
class SpeaksHungarian(Translated):
    """A vendor from Budapest delivers his server in Hungarian."""

    messages: Mapping[int, str] = {
        Code.NOT_FOUND: "A hívás nem található, ezért nem őrizhető meg.",
        Code.MORE_THAN_ONE: "Több hívás is megfelel a megadott mellékállomásnak.",
    }
    other = "Hiányzó vagy érvénytelen paraméter: ellenőrizze a kérést! Űűű, őőő."


@variant(DOCUMENTED)
class SpeaksGerman(Translated):
    """A server takes the language of its operating system, German here."""

    messages: Mapping[int, str] = {
        Code.NOT_FOUND: "Das Gespräch kann nicht gefunden werden.",
        Code.MORE_THAN_ONE: "Für diese Nebenstelle gibt es mehr als ein Gespräch.",
    }
    other = "Ungültige Anfrage („Parameter fehlt oder ist falsch“) – bitte überprüfen."


@variant(DOCUMENTED)
class SpeaksJapanese(Translated):
    """A Japanese integrator's server has its messages without any space between words."""

    messages: Mapping[int, str] = {
        Code.NOT_FOUND: "通話が見つからないため、保存できません。",
        Code.MORE_THAN_ONE: "複数の通話が該当します。𠮷野家。",
    }
    other = "パラメーターが正しくありません。"


@variant(DOCUMENTED)
class SpeaksFromRightToLeft(Translated):
    """A server in Hebrew and Arabic has marks for the direction in its messages."""

    messages: Mapping[int, str] = {
        Code.NOT_FOUND: "\u202bהשיחה לא נמצאה\u202c\u200f",
        Code.MORE_THAN_ONE: "\u2067تم العثور على أكثر من مكالمة\u2069",
    }
    other = "\u200fمعلمة غير صالحة أو مفقودة\u200f"


@variant(DOCUMENTED)
class SpeaksTersely(Translated):
    """A server has key words in place of messages, which the client is to translate."""

    messages: Mapping[int, str] = {Code.NOT_FOUND: "E_NOCALL"}
    other = "?"


@variant(DOCUMENTED)
class HasMarkUpInItsMessages(Translated):
    """A server's messages hold mark-up and code, all of it escaped."""

    messages: Mapping[int, str] = {
        Code.NOT_FOUND: 'Not <b>found</b>: no <Call id="…"> & no "call"; see <a href="?a=1&b=2">help</a> ]]> &amp;',
    }
    other = "A <Request code=\"0\" type='KeepCall'/> isn't complete: a < b && b > c"


@variant(DOCUMENTED)
class HasLongMessages(Translated):
    """A server has the manual's whole page in its message, in paragraphs with blank lines between them."""

    messages: Mapping[int, str] = {Code.NOT_FOUND: "\n\n".join(["The call cannot be found in the buffer. " * 8] * 30)}
    other = "\r\n\r\n\t* Is a parameter missing?\n\n\n\t* Has the session ended?\n" * 20


@variant(DOCUMENTED)
class ExplainsTheDocumentedMessage(Answers):
    """A server adds a hint to the documented message."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        """With a hint."""
        text = super().message(request, outcome)
        return f"{text} Calls stay in the buffer for 48 hours." if isinstance(outcome, Refused) else text


@variant(DOCUMENTED, "KC-HTML-03", "KC-TEXT-03")
class NumbersItsRefusals(Answers):
    """A server gives each refusal a number under which support finds it in the log."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count(410_000)

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        """No two of them are the same."""
        text = super().message(request, outcome)
        return f"{text} (reference {next(self.numbers)})" if isinstance(outcome, Refused) else text


@variant("KC-HTML-03", "KC-TEXT-03")
class SpeaksGermanToPeople(SpeaksGerman):
    """A server answers programs in English, and people, who ask for HTML and TEXT, in German."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        """In XML as the reference server has it."""
        for_programs = self.form(request) is Format.XML
        return (Answers if for_programs else SpeaksGerman).message(self, request, outcome)


@variant()
class SpeaksOfWhatWasAsked(Answers):
    """A server has other messages for unmark and manualRecord, of which no message is documented."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        """The verb is the right one."""
        text = super().message(request, outcome)
        if not isinstance(outcome, Refused) or (not request.is_unmark and not request.is_manual_record):
            return text
        verb = "stop the recording of" if request.is_manual_record else "take the mark from"
        return text.replace("keep", verb)


@variant()
class RepeatsWhatItDoesNotKnow(Answers):
    """A server repeats the values that it was given, escaped, in each refusal but the documented one."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        """Spaces are made visible, so that no refusal can hold the success sentence."""
        text = super().message(request, outcome)
        if not isinstance(outcome, Refused) or outcome.code == Code.NOT_FOUND:
            return text
        values = (request.call_id, request.extension, request.status, request.type, request.unmark)
        return f"{text} [{'|'.join(value.replace(' ', '·') for value in values)}]"


@variant(DOCUMENTED)
class RepeatsTheNumberThatItDoesNotFind(Answers):
    """A server names the number or ID that it looked for, escaped, in the middle of its message."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        """Spaces are made visible, so that no refusal can hold the success sentence."""
        text = super().message(request, outcome)
        if not isinstance(outcome, Refused) or outcome.code != Code.NOT_FOUND:
            return text
        return f"No call of “{(request.call_id or request.extension).replace(' ', '·')}” can be found."
