"""Faults of what an XML answer says: `code` and `ErrorMessage`."""

# ruff: noqa: ARG002, D102, N801 - see the package

from keepcall.server.answers import Answers
from keepcall.server.faults.table import fault
from keepcall.server.outcome import MORE_THAN_ONE, NOT_FOUND, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import LAST

# code


class _GrantedCode(Answers):
    """Writes another code into the answer to a granted request."""

    zero = ""

    def code(self, request: ApiRequest, outcome: Outcome) -> str:
        return self.zero if isinstance(outcome, Granted) else super().code(request, outcome)


@fault("KC-XML-03")
class says_ok_for_0(_GrantedCode):
    """The code is the name of its constant."""

    zero = "OK"


@fault("KC-XML-03")
class says_00_for_0(_GrantedCode):
    """Codes are formatted with two digits."""

    zero = "00"


@fault("KC-XML-03")
class counts_the_marked_calls_for_a_code(Answers):
    """The code of an unmark is what the UPDATE returns: the number of rows."""

    def code(self, request: ApiRequest, outcome: Outcome) -> str:
        return "1" if isinstance(outcome, Granted) and request.is_unmark else super().code(request, outcome)


@fault("KC-XML-03")
class adds_an_empty_message_to_a_grant(Answers):
    """The serializer writes an element for a null."""

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        found = super().elements(request, outcome)
        return [found[0].replace("/>", "><ErrorMessage/></Response>")] if isinstance(outcome, Granted) else found


@fault("KC-XML-03")
class adds_a_message_of_success_to_a_post(Answers):
    """The POST handler always has a message, and on success it is OK."""

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        found = super().elements(request, outcome)
        if isinstance(outcome, Granted) and request.method == "POST":
            return [found[0].replace("/>", "><ErrorMessage>OK</ErrorMessage></Response>")]
        return found


class _RefusedCode(Answers):
    """Writes another code into the answer to a refused request."""

    def code(self, request: ApiRequest, outcome: Outcome) -> str:
        return self.other(request, outcome) if isinstance(outcome, Refused) else super().code(request, outcome)

    def other(self, request: ApiRequest, refused: Refused) -> str:
        """The code in its place."""
        return super().code(request, refused)


@fault("KC-XML-04")
class refuses_several_calls_with_code_0(_RefusedCode):
    """The code is set at the end, and the branch that throws sets only the message."""

    def other(self, request: ApiRequest, refused: Refused) -> str:
        return "0" if refused == MORE_THAN_ONE else super().other(request, refused)


@fault("KC-XML-04")
class refuses_a_missing_parameter_with_code_0(_RefusedCode):
    """The code is that of the last call of the database, which has not been asked yet."""

    def other(self, request: ApiRequest, refused: Refused) -> str:
        return "0" if "missing" in refused.message else super().other(request, refused)


@fault("KC-XML-04")
class writes_codes_in_hexadecimal(_RefusedCode):
    """Codes are results of the component object model."""

    def other(self, request: ApiRequest, refused: Refused) -> str:
        return f"0x8004000{refused.code}"


@fault("KC-XML-04")
class writes_the_name_of_a_status_for_its_code(_RefusedCode):
    """An invalid status has no code yet, and the name of its constant is written."""

    def other(self, request: ApiRequest, refused: Refused) -> str:
        return "INVALID_STATUS" if "status" in refused.message else super().other(request, refused)


class _OtherMessage(Answers):
    """Writes something else in place of the message's element."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        return self.other(super().error_message(request, refused), refused)

    def other(self, element: str, refused: Refused) -> str:
        """The element in its place."""
        return element


@fault("KC-XML-04")
class refuses_several_calls_without_a_message(_OtherMessage):
    """The file of messages has no entry for that case."""

    def other(self, element: str, refused: Refused) -> str:
        return "" if refused == MORE_THAN_ONE else element


@fault("KC-XML-04")
class leaves_the_message_empty(_OtherMessage):
    """The message is translated, and for most of them there is no translation."""

    def other(self, element: str, refused: Refused) -> str:
        return element if refused == NOT_FOUND else "<ErrorMessage> </ErrorMessage>"


@fault("KC-XML-04")
class puts_the_message_into_an_attribute_alone(_OtherMessage):
    """The older form of the family, with a description and no text."""

    def other(self, element: str, refused: Refused) -> str:
        text = element.removeprefix("<ErrorMessage>").removesuffix("</ErrorMessage>")
        return element if refused == NOT_FOUND else f'<ErrorMessage description="{text}"/>'


@fault("KC-XML-04", "KC-XML-02")
class writes_two_messages(_OtherMessage):
    """The general error and the special one are both on the list of errors."""

    def other(self, element: str, refused: Refused) -> str:
        return f"<ErrorMessage>KeepCall failed.</ErrorMessage>\n{element}"


# A call that cannot be found


@fault("KC-XML-06")
class has_another_code_for_an_unknown_call_id(_RefusedCode):
    """The look-up by callID came later, and brought a code of its own."""

    def other(self, request: ApiRequest, refused: Refused) -> str:
        return "12" if refused == NOT_FOUND and request.call_id else super().other(request, refused)


@fault("KC-XML-06")
class has_another_code_for_a_number_without_calls(_RefusedCode):
    """That a number has no calls is an empty result, and was given the code for that."""

    def other(self, request: ApiRequest, refused: Refused) -> str:
        return "404" if refused == NOT_FOUND and request.extension else super().other(request, refused)


@fault("KC-XML-06")
class has_another_code_for_a_number_without_a_last_call(_RefusedCode):
    """The archive of finished calls is another database, with codes of its own."""

    def other(self, request: ApiRequest, refused: Refused) -> str:
        archive = refused == NOT_FOUND and request.status == LAST
        return "-2" if archive else super().other(request, refused)


@fault("KC-XML-06")
class has_another_code_for_an_unknown_call_to_unmark(_RefusedCode):
    """The branch for unmark counts its codes from ten."""

    def other(self, request: ApiRequest, refused: Refused) -> str:
        return "12" if refused == NOT_FOUND and request.is_unmark else super().other(request, refused)


@fault("KC-XML-07")
class words_not_found_otherwise(Answers):
    """The messages were gone over by a technical writer."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        return "The call was not found." if outcome == NOT_FOUND else super().message(request, outcome)


@fault("KC-XML-07")
class has_the_wrong_message_for_an_unknown_call_id(Answers):
    """The table of messages is one line off."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        found = MORE_THAN_ONE if outcome == NOT_FOUND and request.call_id else outcome
        return super().message(request, found)


@fault("KC-XML-07")
class writes_the_message_without_its_full_stop(Answers):
    """Another writer, who ends no message with a full stop."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        message = super().message(request, outcome)
        return message.removesuffix(".") if outcome == NOT_FOUND else message
