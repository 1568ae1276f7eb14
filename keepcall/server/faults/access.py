"""Faults of who may ask: `action` and `apiKey`."""

# ruff: noqa: D102, N801 - see the package

from dataclasses import replace

from keepcall.server.call import GUID
from keepcall.server.faults.bases import before_zero_byte
from keepcall.server.faults.table import fault
from keepcall.server.keys import Keys
from keepcall.server.outcome import Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import ACTION, Rules

# action


@fault("KC-ACT-01")
class takes_a_missing_action_for_keep_call(Rules):
    """The servlet is mapped to this one function, and looks at the action only where there is one."""

    def check_action(self, request: ApiRequest) -> Refused | None:
        return super().check_action(request) if "action" in request.parameters else None


@fault("KC-ACT-01")
class needs_no_action_in_a_post(Rules):
    """The dispatcher reads the action from the query string, and the POST handler is called without it."""

    def check_action(self, request: ApiRequest) -> Refused | None:
        missing = request.method == "POST" and "action" not in request.parameters
        return None if missing else super().check_action(request)


@fault("KC-ACT-02")
class takes_an_empty_action_for_keep_call(Rules):
    """The check is for null, and an empty text is not null."""

    def check_action(self, request: ApiRequest) -> Refused | None:
        return None if request.parameters.get("action") == "" else super().check_action(request)


@fault("KC-ACT-02")
class matches_the_action_by_its_beginning(Rules):
    """The router has a rule for KeepCall*, so that versions can be added behind the name."""

    def check_action(self, request: ApiRequest) -> Refused | None:
        return super().check_action(replace(request, action=request.action[: len(ACTION)]))


@fault("KC-ACT-02")
class takes_an_abbreviated_action(Rules):
    """The names of functions are looked up as a command line does, by any beginning that is unique."""

    def check_action(self, request: ApiRequest) -> Refused | None:
        return None if request.action and ACTION.startswith(request.action) else super().check_action(request)


@fault("KC-ACT-02")
class falls_through_to_keep_call(Rules):
    """KeepCall became the default of the switch over all functions."""

    def check_action(self, request: ApiRequest) -> Refused | None:
        return super().check_action(request) if not request.action else None


# apiKey


@fault("KC-AUTH-01")
class takes_a_missing_key_for_the_default_application(Rules):
    """Installations from before API keys have one default application, which needs none."""

    def check_api_key(self, request: ApiRequest) -> Refused | None:
        return super().check_api_key(request) if "apiKey" in request.parameters else None


@fault("KC-AUTH-01")
class needs_no_key_by_extension(Rules):
    """Phones that call a service URL cannot be given a key, so the look-up by number does without."""

    def check_api_key(self, request: ApiRequest) -> Refused | None:
        missing = bool(request.extension) and "apiKey" not in request.parameters
        return None if missing else super().check_api_key(request)


@fault("KC-AUTH-02")
class takes_any_guid_for_a_key(Rules):
    """The key is checked by a pattern, and the look-up was to be added later."""

    def check_api_key(self, request: ApiRequest) -> Refused | None:
        return None if GUID.fullmatch(request.api_key) else super().check_api_key(request)


@fault("KC-AUTH-02")
class takes_an_empty_key(Rules):
    """An application that was set up without a key has the empty one, and is found by it."""

    def check_api_key(self, request: ApiRequest) -> Refused | None:
        return None if request.parameters.get("apiKey") == "" else super().check_api_key(request)


@fault("KC-AUTH-02")
class checks_the_key_only_in_a_get(Rules):
    """GET and POST are two methods of the servlet, and the check was added to one of them."""

    def check_api_key(self, request: ApiRequest) -> Refused | None:
        return None if request.api_key and request.method == "POST" else super().check_api_key(request)


@fault("KC-AUTH-02")
class compares_keys_by_their_beginning(Keys):
    """Keys are shown by their first eight characters in the administration, and are stored so."""

    def is_key(self, api_key: str) -> bool:
        statement = "SELECT 1 FROM api_keys WHERE substr(api_key, 1, 8) = substr(?, 1, 8)"
        return bool(self._database.rows(statement, (api_key,)))


@fault("KC-AUTH-02")
class pastes_the_key_into_its_sql(Keys):
    """The query is put together from strings."""

    def is_key(self, api_key: str) -> bool:
        return bool(self._database.rows(f"SELECT 1 FROM api_keys WHERE api_key = '{api_key}'"))  # noqa: S608


@fault("KC-AUTH-02")
class cuts_keys_at_a_zero_byte(Keys):
    """Keys are compared by strcmp, in the C library below."""

    def is_key(self, api_key: str) -> bool:
        return super().is_key(before_zero_byte(api_key))
