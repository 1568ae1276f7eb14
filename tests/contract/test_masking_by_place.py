"""Where a key, a token or a password stands, nothing is shown that the suite did not make up."""

import subprocess
from collections.abc import Callable
from urllib.parse import quote

import pytest

from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.masking.derived import CHANGES, HALF, IN_THE_OTHER_CASE, WITH_SQL_BEHIND, Change
from keepcall.contract.masking.known import UNNAMED
from keepcall.contract.redaction import HIDDEN, Redactor
from keepcall.contract.request import encode_request, keep

KEY, TOKEN = "Zq7uarryK3yhole-w1x9", "xY" * 2
SHORT = "7Z"

PLACES: dict[str, Callable[[str], str]] = {
    "a query": lambda v: f"GET /a?action=KeepCall&token={quote(v)}&callID=77 HTTP/1.1",
    "a query in percent": lambda v: f"/login?next={quote(f'/a?token={quote(v)}&x=77')}",
    "a query in HTML": lambda v: f'<a href="/a?x=77&amp;token={quote(v)}&amp;y=77">',
    "a form": lambda v: f"callID=77\n\napiKey={quote(v)}",
    "a cookie": lambda v: f"Set-Cookie: a=77; token={quote(v)}; Path=/77",
    "a header field": lambda v: f"Host: 77\nX-API-Key: {v}\nAccept: 77",
    "Authorization": lambda v: f"Host: 77\nAuthorization: Bearer {v}\nAccept: 77",
    "Authorization in a line": lambda v: f"GET /77 Authorization: Basic {v} Accept: 77",
    "JSON": lambda v: f'{{"callID": "77", "token": "{v}", "x": 77}}',
    "JSON of a number": lambda v: f'{{"callID": "77", "password":{v}, "x": 77}}',
    "JSON with lists": lambda v: f'{{"callID": ["77"], "token": ["{v}"], "x": 77}}',
    "JSON in JSON": lambda v: f'{{"body": "{{\\"apiKey\\":\\"{v}\\",\\"x\\":77}}"}}',
    "a dictionary of Python": lambda v: f"{{'callID': '77', 'token': '{v}'}}",
    "a hash of Ruby": lambda v: f'{{"token"=>"{v}", "x"=>"77"}}',
    "an array of PHP": lambda v: f"['api_key'] => '{v}' ['x'] => '77'",
    "an attribute": lambda v: f'<Response code="77" token="{v}"/>',
    "an attribute in single quotes": lambda v: f"<Response code='77' token = '{v}'/>",
    "an attribute that is escaped": lambda v: f"&lt;Response code=&quot;77&quot; token=&quot;{v}&quot;/&gt;",
    "an element": lambda v: f"<x>77</x><token>{v}</token><y>77</y>",
    "an element with a prefix": lambda v: f'<k:x>77</k:x><k:apiKey xsi:type="77">{v}</k:apiKey>',
    "an element with CDATA": lambda v: f"<x>77</x><password><![CDATA[{v}]]></password>",
    "an element that was cut off": lambda v: f"<x>77</x><token>{v}…",
    "a named parameter": lambda v: f'<param name="x" value="77"/><param name="token" value="{v}"/>',
    "a named element": lambda v: f'<p name="apiKey">{v}</p><p name="x">77</p>',
    "a part of a form": lambda v: (
        f'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n{v}\r\n--b\r\nX: 77\r\n\r\n77'
    ),
}


def redactor() -> Redactor:
    found = Redactor({"KEEPCALL_API_KEY": KEY, "KEEPCALL_TOKEN": TOKEN, "KEEPCALL_PASSWORD": SHORT})
    found.hear([("token", "made-up"), ("apiKey", "' OR '1'='1"), ("extension", "8856"), ("Api_Key", "")])
    return found


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_value_beside_its_name_is_not_shown(place: Callable[[str], str]) -> None:
    assert redactor().text(place("9v8w")).replace(HIDDEN, "9v8w") == place("9v8w")
    assert "9v8w" not in redactor().text(place("9v8w"))


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_secret_that_is_too_short_to_be_searched_is_masked_beside_its_name(place: Callable[[str], str]) -> None:
    assert redactor().text(place(SHORT)) == place("$KEEPCALL_PASSWORD").replace("%24KEEP", "$KEEP").replace(
        "%2524KEEP", "$KEEP"
    )


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("value", ["made-up", "made", "' OR '1'='1"])
def test_what_the_suite_made_up_is_shown(place: Callable[[str], str], value: str) -> None:
    if "'" in value and ("'" in place("") or "Authorization" in place("")):
        pytest.skip("nobody can tell where it ends")
    assert redactor().text(place(value)) == place(value)


OTHERS = {
    "no value": "token=&apiKey=&x=7",
    "an empty one": '<x token="" apiKey=\'\'/><token></token><token/> {"token": null, "apiKey": ""}',
    "prose": "Unknown token: none; the token of user 7 is no token. RequestToken=7 tokens=7",
    "another name": "csrf_token=7 broken=7 password_hint=7 <tokens>7</tokens>",
    "a list of names": '["action", "apiKey", "token"]',
    "a closing element": "</token>text</apiKey>text",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_what_is_no_value_stays_as_it_is(text: str) -> None:
    assert redactor().text(text) == text


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
@pytest.mark.parametrize("secret", [KEY, TOKEN, SHORT])
def test_what_is_made_of_a_secret_is_shown_by_its_name(
    place: Callable[[str], str], change: Change, secret: str
) -> None:
    made = change.of(secret)
    if "'" in made and "'" in place(""):
        pytest.skip("nobody can tell where it ends")

    masked = redactor().text(place(made))

    assert HIDDEN not in masked
    assert "$KEEPCALL_" in masked
    assert secret[2:] not in masked or secret == SHORT
    assert change.words(secret) in masked


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_the_shortest_part_of_a_secret_is_not_shown_beside_its_name(place: Callable[[str], str]) -> None:
    assert redactor().text(place(KEY[5:9])).replace(HIDDEN, KEY[5:9]) == place(KEY[5:9])
    assert KEY[5:9] not in redactor().text(place(KEY[5:9]))


def test_what_begins_like_something_made_up_is_not_made_up() -> None:
    one = redactor()
    one.hear([("token", "9v")])

    assert one.text('token=9v8w&apiKey="9v8w"&x=9v8w&token=9v') == f'token={HIDDEN}&apiKey="{HIDDEN}"&x=9v8w&token=9v'


def test_masking_twice_changes_nothing_more() -> None:
    for place in PLACES.values():
        for value in (KEY, TOKEN, SHORT, "9v8w", WITH_SQL_BEHIND.of(KEY), HALF.of(KEY), KEY[1:12]):
            once = redactor().text(place(value))

            assert redactor().text(once) == once


def test_a_value_near_a_secret_that_has_no_name_is_a_secret() -> None:
    near = f"{KEY[:-4]}0000"
    one = redactor()
    one.hear([("apiKey", near)])

    assert one.text(f"the key {near.upper()} is unknown") == f"the key $KEEPCALL_API_KEY {UNNAMED} is unknown"
    assert one.split(near) == [("", f"KEEPCALL_API_KEY {UNNAMED}")]


@pytest.mark.parametrize("change", [change for change in CHANGES if "\0" not in change.of("")])
@pytest.mark.parametrize("secret", [KEY, TOKEN, SHORT, "é电Zq7v电话x!", "7'$`\\\"; 7777777777777777x"])
def test_a_curl_line_makes_the_same_of_the_secret(change: Change, secret: str) -> None:
    made = change.of(secret)
    asked = keep(token=made).by("GET")
    known = Redactor({"KEEPCALL_TOKEN": secret})
    exchange = Exchange(asked, encode_request(asked, "form"), "http://h/a", NoAnswer("lost", ""), redactor=known)

    line = exchange.as_curl()
    environment = {"KEEPCALL_TOKEN": secret, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    echo = line.replace("curl -sS -i -G http://h/a", 'printf "<%s>"')
    done = subprocess.run(["/bin/sh", "-c", echo], env=environment, capture_output=True, check=True)

    assert f"token={made}>" in done.stdout.decode()
    assert made not in line
    assert change.words(secret) in line


def test_the_other_case_is_that_of_letters_of_ascii() -> None:
    assert IN_THE_OTHER_CASE.of("aBé1") == "Abé1"
