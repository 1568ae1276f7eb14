"""Faults of the session token: whether one is needed, and which one is good."""

# ruff: noqa: ARG002, D102, N801 - see the package

from dataclasses import replace

from keepcall.server.faults.bases import before_zero_byte
from keepcall.server.faults.table import fault
from keepcall.server.keys import Keys, Token
from keepcall.server.outcome import Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import LAST, Rules

# Whether a token is needed


@fault("KC-AUTH-03", "KC-AUTH-04")
class checks_the_token_only_in_a_get(Rules):
    """GET and POST are two methods of the servlet, and the check was added to one of them."""

    def needs_token(self, request: ApiRequest) -> bool:
        return request.method == "GET" and super().needs_token(request)


@fault("KC-AUTH-03", "KC-AUTH-04")
class needs_no_token_by_extension(Rules):
    """Phones that call a service URL cannot ask for a token first."""

    def needs_token(self, request: ApiRequest) -> bool:
        return not request.extension and super().needs_token(request)


@fault("KC-AUTH-03", "KC-AUTH-04")
class needs_no_token_to_unmark(Rules):
    """Unmark came later, and its branch leaves before the token is looked at."""

    def needs_token(self, request: ApiRequest) -> bool:
        return not request.is_unmark and super().needs_token(request)


@fault("KC-AUTH-03", "KC-AUTH-04")
class needs_no_token_to_record(Rules):
    """Manual recording was a function of its own, which came from a release without tokens."""

    def needs_token(self, request: ApiRequest) -> bool:
        return not request.is_manual_record and super().needs_token(request)


@fault("KC-AUTH-03", "KC-AUTH-04")
class needs_no_token_for_the_next_call(Rules):
    """Requests that wait are handed to another service, before their token is looked at."""

    def needs_token(self, request: ApiRequest) -> bool:
        return not self.may_wait(request) and super().needs_token(request)


@fault("KC-AUTH-03", "KC-AUTH-04")
class needs_no_token_for_the_last_call(Rules):
    """Finished calls are in an archive, which has users of its own and knows no tokens."""

    def needs_token(self, request: ApiRequest) -> bool:
        return LAST not in self.statuses(request) and super().needs_token(request)


@fault("KC-AUTH-03", "KC-AUTH-04")
class needs_no_token_in_text(Rules):
    """TEXT is for scripts, and its renderer came with a handler of its own."""

    def needs_token(self, request: ApiRequest) -> bool:
        return request.response_type != "TEXT" and super().needs_token(request)


@fault("KC-AUTH-03", "KC-AUTH-04", "KC-ANY-04")
class trusts_an_address_that_had_a_token(Rules):
    """Tokens made phones slow, so an address that showed a good one is let in from then on."""

    trusted: frozenset[str] = frozenset()

    def check_token(self, request: ApiRequest) -> Refused | None:
        if request.client in self.trusted:
            return None
        refused = super().check_token(request)
        self.trusted |= set() if refused else {request.client}
        return refused


@fault("KC-AUTH-03")
class takes_a_missing_token_for_a_valid_one(Rules):
    """The token is validated where it is given, and nobody asks whether it has to be."""

    def needs_token(self, request: ApiRequest) -> bool:
        return "token" in request.parameters and super().needs_token(request)


# Which token is good


class _MatchingKeys(Keys):
    """Finds tokens by another statement."""

    def matching(self, statement: str, *values: str) -> list[Token]:
        """The tokens whose texts the statement selects."""
        look_up = super().tokens
        return [token for (text,) in self._database.rows(statement, values) for token in look_up(str(text))]


@fault("KC-AUTH-04", "KC-AUTH-05", "KC-AUTH-07")
class takes_any_token(Rules):
    """That there is a token is checked, and its validation is a stub that says yes."""

    def check_token(self, request: ApiRequest) -> Refused | None:
        return None if request.token else super().check_token(request)


@fault("KC-AUTH-04")
class takes_an_empty_token(Rules):
    """The check is for null, and an empty token is skipped as there is nothing to validate."""

    def check_token(self, request: ApiRequest) -> Refused | None:
        return None if request.parameters.get("token") == "" else super().check_token(request)


@fault("KC-AUTH-04")
class checks_only_the_length_of_the_token(Rules):
    """A check of the input, not of the token: 36 characters are all that is asked for."""

    def check_token(self, request: ApiRequest) -> Refused | None:
        return None if len(request.token) == 36 else super().check_token(request)  # noqa: PLR2004


@fault("KC-AUTH-04")
class cuts_tokens_at_a_semicolon(Rules):
    """The token is read as a cookie is, up to the first semicolon, since it came in one once."""

    def check_token(self, request: ApiRequest) -> Refused | None:
        return super().check_token(replace(request, token=request.token.partition(";")[0]))


@fault("KC-AUTH-04")
class compares_tokens_by_their_beginning(_MatchingKeys):
    """The look-up is a startsWith, from the days when tokens carried a checksum behind them."""

    def tokens(self, text: str) -> list[Token]:
        return self.matching("SELECT token FROM tokens WHERE substr(token, 1, length(?1)) = ?1", text)


@fault("KC-AUTH-04")
class cuts_tokens_to_the_width_of_their_column(Keys):
    """The column holds 36 characters, and the database cuts off what does not fit without a word."""

    def tokens(self, text: str) -> list[Token]:
        return super().tokens(text[:36])


@fault("KC-AUTH-04")
class takes_a_token_for_a_pattern(_MatchingKeys):
    """The query uses LIKE, as all queries of this code do."""

    def tokens(self, text: str) -> list[Token]:
        return self.matching("SELECT token FROM tokens WHERE token LIKE ?", text)


@fault("KC-AUTH-04")
class pastes_the_token_into_its_sql(_MatchingKeys):
    """The query is put together from strings."""

    def tokens(self, text: str) -> list[Token]:
        return self.matching(f"SELECT token FROM tokens WHERE token = '{text}'")  # noqa: S608


@fault("KC-AUTH-04")
class cuts_tokens_at_a_zero_byte(Keys):
    """Tokens are compared by strcmp, in the C library below."""

    def tokens(self, text: str) -> list[Token]:
        return super().tokens(before_zero_byte(text))


@fault("KC-AUTH-04", "KC-ANY-04")
class checks_the_token_once_for_each_key(Rules):
    """The cache of logins has the API key for its key, and not the token."""

    logged_in: frozenset[str] = frozenset()

    def check_token(self, request: ApiRequest) -> Refused | None:
        if request.token and request.api_key in self.logged_in:
            return None
        refused = super().check_token(request)
        self.logged_in |= set() if refused else {request.api_key}
        return refused


@fault("KC-AUTH-04", "KC-ANY-04")
class takes_a_wrong_token_the_second_time(Rules):
    """The cache of tokens is asked whether it has an entry, and it has one for each token that was ever looked up."""

    seen: frozenset[str] = frozenset()

    def check_token(self, request: ApiRequest) -> Refused | None:
        if request.token in self.seen:
            return None
        self.seen |= {request.token} - {""}
        return super().check_token(request)


# Whose token, and for how long


@fault("KC-AUTH-05")
class never_lets_a_token_expire(Rules):
    """The expiry is stored, and the job that is to remove old tokens was never scheduled."""

    def is_valid(self, request: ApiRequest, token: Token) -> bool:
        return self.belongs(request, token)


@fault("KC-AUTH-05")
class takes_an_expired_token_by_extension(Rules):
    """The look-up by extension has its own copy of the check, without the expiry."""

    def is_valid(self, request: ApiRequest, token: Token) -> bool:
        return self.belongs(request, token) and (bool(request.extension) or self.keys.is_alive(token))


@fault("KC-AUTH-05", "KC-ANY-04")
class renews_an_expired_token(Rules):
    """Each use of a token starts its hour anew, and one that is refused is a use, too."""

    used: frozenset[str] = frozenset()

    def is_valid(self, request: ApiRequest, token: Token) -> bool:
        renewed, self.used = token.text in self.used, self.used | {token.text}
        return self.belongs(request, token) and (renewed or self.keys.is_alive(token))


@fault("KC-AUTH-06")
class needs_a_token_for_every_key(Rules):
    """Authentication became a setting of the whole server."""

    def needs_token(self, request: ApiRequest) -> bool:
        return True


@fault("KC-AUTH-06")
class needs_a_token_by_extension(Rules):
    """The look-up by extension does not know of the key's settings."""

    def needs_token(self, request: ApiRequest) -> bool:
        return bool(request.extension) or super().needs_token(request)


@fault("KC-AUTH-06", "KC-ANY-04")
class remembers_whether_the_first_key_needs_a_token(Rules):
    """The setting is read once and kept in a static field, from the days when there was one key."""

    setting: bool | None = None

    def needs_token(self, request: ApiRequest) -> bool:
        if self.setting is None:
            self.setting = super().needs_token(request)
        return self.setting


@fault("KC-AUTH-07")
class takes_a_token_of_any_key(Rules):
    """Tokens are looked up by themselves, and the key that they were given to is not compared."""

    def belongs(self, request: ApiRequest, token: Token) -> bool:
        return True


@fault("KC-AUTH-07")
class takes_a_token_of_any_key_by_extension(Rules):
    """The look-up by extension has its own copy of the check, without the key."""

    def belongs(self, request: ApiRequest, token: Token) -> bool:
        return bool(request.extension) or super().belongs(request, token)
