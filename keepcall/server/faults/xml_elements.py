"""Faults of the elements of an XML answer, and of its `type`."""

# ruff: noqa: D102, N801 - see the package

from keepcall.server.answers import Answers
from keepcall.server.faults.table import fault
from keepcall.server.outcome import MORE_THAN_ONE, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest

# Elements


@fault("KC-XML-02")
class names_the_root_otherwise(Answers):
    """The root element is that of an older API."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        return super().xml(request, outcome).replace("VerbaApi>", "VerbaAPI>")


@fault("KC-XML-02")
class puts_the_message_beside_the_response(Answers):
    """The message is appended to the document, and not to its element."""

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        found = super().elements(request, outcome)
        return [found[0], found[2], found[1]] if isinstance(outcome, Refused) else found


@fault("KC-XML-02")
class answers_with_one_response_for_each_call(Answers):
    """For more than one call there is more than one error."""

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        return super().elements(request, outcome) * (1 + (outcome == MORE_THAN_ONE))


@fault("KC-XML-02", "KC-XML-04")
class leaves_out_the_code_of_a_refusal(Answers):
    """The code is an attribute of the successful answer's class only."""

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        found = super().elements(request, outcome)
        if isinstance(outcome, Refused):
            found[0] = f'<Response type="{self.type(request)}">'
        return found


@fault("KC-XML-02")
class writes_the_code_as_an_element(Answers):
    """The serializer makes an element of each property, unless it is told otherwise."""

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        found = super().elements(request, outcome)
        if isinstance(outcome, Granted) and request.is_unmark:
            return ['<Response type="KeepCall">', "<code>0</code>", "</Response>"]
        return found


@fault("KC-XML-02")
class puts_its_answers_into_a_namespace(Answers):
    """The schema was given a target namespace, and the serializer follows it."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        return super().xml(request, outcome).replace("<VerbaApi>", '<VerbaApi xmlns="urn:verba:api">')


@fault("KC-XML-02")
class writes_the_code_of_a_post_with_a_capital(Answers):
    """The serializer of the POST handler takes the names of properties as they are in the code."""

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        found = super().elements(request, outcome)
        return [line.replace(" code=", " Code=") if request.method == "POST" else line for line in found]


@fault("KC-XML-02")
class marks_up_its_message(Answers):
    """The message comes from a page, with its line breaks."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        return super().error_message(request, refused).replace(", because", ",<br/> because")


@fault("KC-XML-09")
class adds_the_call_id_to_its_answer(Answers):
    """The caller was thought to want to know which call it was."""

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        found = super().elements(request, outcome)
        return [found[0].replace("/>", f' callID="{outcome.call_id}"/>')] if isinstance(outcome, Granted) else found


@fault("KC-XML-09")
class adds_how_long_a_refusal_took(Answers):
    """Left over from a search for what made it slow."""

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        more = ["<Elapsed>3</Elapsed>"] if isinstance(outcome, Refused) else []
        return [*super().elements(request, outcome), *more]


@fault("KC-XML-09")
class adds_its_version_to_an_unmark(Answers):
    """Another serializer, which names the version of the API in the root element."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        body = super().xml(request, outcome)
        return body.replace("<VerbaApi>", '<VerbaApi version="9.8">') if request.is_unmark else body


# type


@fault("KC-XML-05")
class writes_the_type_of_an_unmark_otherwise(Answers):
    """The type is the name of the class that answers."""

    def type(self, request: ApiRequest) -> str:
        return "UnmarkCall" if request.is_unmark else super().type(request)


@fault("KC-XML-05")
class writes_the_type_of_the_request(Answers):
    """The type of the answer is filled with the parameter of the same name."""

    def type(self, request: ApiRequest) -> str:
        return self.escape(request.type) or super().type(request)


@fault("KC-XML-05")
class writes_the_type_of_a_refusal_otherwise(Answers):
    """An error was thought to be a type of answer."""

    def elements(self, request: ApiRequest, outcome: Outcome) -> list[str]:
        found = super().elements(request, outcome)
        return [found[0].replace("KeepCall", "Error"), *found[1:]] if isinstance(outcome, Refused) else found
