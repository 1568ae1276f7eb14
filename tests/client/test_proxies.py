"""Which proxy a request goes through, by variables alone: none to this machine, none to what is excepted."""

import sys

import pytest

from keepcall.client.proxies import is_this_machine, proxy_for
from keepcall.errors import UsageError

EVERY = {"http_proxy": "http://proxy.example:3128"}


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1.2.3", "127.1", "2130706433", "0x7f.0.0.1", "0.0.0.0", "localhost", "LOCALHOST.",
     "a.localhost", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::]"],
)  # fmt: skip
def test_this_machine_is_asked_directly(host: str) -> None:
    assert proxy_for(f"http://{host}:8080/verba/api", EVERY | {"ALL_PROXY": "broken:port"}) is None


@pytest.mark.parametrize("host", ["127.example", "128.0.0.1", "localhost.example", "::2", "10.0.0.1", "a", ""])
def test_other_hosts_are_not_this_machine(host: str) -> None:
    assert not is_this_machine(host)


EXCEPTED = {
    "everything": ("recorder.example", "*"),
    "the name": ("recorder.example", "a, Recorder.EXAMPLE"),
    "its domain": ("recorder.example", "example"),
    "its domain behind a dot": ("recorder.example", ".example"),
    "its domain behind a star": ("recorder.example", "*.example"),
    "its port": ("recorder.example", "recorder.example:80"),
    "blanks between": ("recorder.example", "a b recorder.example"),
    "an address": ("10.1.2.3", "10.1.2.3"),
    "a network": ("10.1.2.3", "10.0.0.0/8"),
    "an address as a network": ("10.1.2.3", "10.1.2.3/32"),
    "an address of IPv6": ("[fd00::1]", "fd00::1"),
    "an address of IPv6 spelled otherwise": ("[fd00::1]", "FD00:0:0::0001"),
    "an address of IPv6 in brackets": ("[fd00::1]", "[fd00::1]"),
    "an address of IPv6 with its port": ("[fd00::1]", "[fd00::1]:80"),
    "a network of IPv6": ("[fd00::1]", "fd00::/8"),
    "a network of one address of IPv6": ("[fd00::1]", "fd00::1/128"),
    "a network of IPv6 in brackets": ("[fd00::1]", "[fd00::]/8"),
    "a mapped address": ("[::ffff:10.1.2.3]", "10.0.0.0/8"),
}


@pytest.mark.parametrize(("host", "exceptions"), EXCEPTED.values(), ids=EXCEPTED)
@pytest.mark.parametrize("variable", ["no_proxy", "NO_PROXY"])
def test_what_is_excepted_is_asked_directly(host: str, exceptions: str, variable: str) -> None:
    assert proxy_for(f"http://{host}/verba/api", EVERY | {variable: exceptions}) is None


NOT_EXCEPTED = {
    "the end of a name": ("recorder.example", "order.example"),
    "a longer name": ("recorder.example", "my.recorder.example"),
    "another port": ("recorder.example", "recorder.example:81"),
    "another address": ("10.1.2.3", "10.1.2.30"),
    "the beginning of an address": ("10.1.2.3", "10.1.2"),
    "the end of an address": ("10.1.2.3", ".2.3"),
    "another network": ("[fd00::1]", "fe80::/10, 10.0.0.0/8"),
    "no network": ("10.1.2.3", "10.0.0.0/99"),
    "nothing": ("recorder.example", " , "),
}


@pytest.mark.parametrize(("host", "exceptions"), NOT_EXCEPTED.values(), ids=NOT_EXCEPTED)
def test_what_is_not_excepted_goes_through_the_proxy(host: str, exceptions: str) -> None:
    proxy = proxy_for(f"http://{host}/verba/api", EVERY | {"NO_PROXY": exceptions})

    assert str(proxy) == "the proxy http://proxy.example:3128 (http_proxy)"


TAKEN = {
    "its scheme's": ({"https_proxy": "a:1", "http_proxy": "b:2", "all_proxy": "c:3"}, "http://a:1 (https_proxy)"),
    "small letters first": ({"HTTPS_PROXY": "a:1", "https_proxy": "b:2"}, "http://b:2 (https_proxy)"),
    "capitals": ({"HTTPS_PROXY": "a:1", "http_proxy": "b:2"}, "http://a:1 (HTTPS_PROXY)"),
    "that for all": ({"ALL_PROXY": "https://a", "http_proxy": "b:2"}, "https://a (ALL_PROXY)"),
    "none by an empty one": ({"https_proxy": "", "HTTPS_PROXY": "a:1", "all_proxy": "c:3"}, "http://c:3 (all_proxy)"),
    "one with a path": ({"https_proxy": "http://a:1/"}, "http://a:1 (https_proxy)"),
    "one of IPv6": ({"https_proxy": "http://[fd00::1]:1"}, "http://[fd00::1]:1 (https_proxy)"),
}


@pytest.mark.parametrize(("environ", "words"), TAKEN.values(), ids=TAKEN)
def test_the_proxy_is_told_by_its_place_and_its_variable(environ: dict[str, str], words: str) -> None:
    assert str(proxy_for("https://recorder.example/verba/api", environ)) == f"the proxy {words}"


def test_user_and_password_are_read_and_never_shown() -> None:
    proxy = proxy_for("http://recorder.example/", {"http_proxy": "http://clerk:s%26cret@proxy.example:3128"})

    assert proxy is not None
    assert (proxy.user, proxy.password) == ("clerk", "s&cret")
    assert proxy.address == "http://clerk:s%26cret@proxy.example:3128"
    assert "clerk" not in f"{proxy} {proxy!r}"


@pytest.mark.parametrize(
    "text",
    ["ftp://clerk:hush@a:1", "clerk://hush:1", "http://", "http://:3128", "http://clerk:hush@:1", "http://a:hush",
     "a:99999", "a:0", "http://[::1", "http://clerk:hu#sh@a:1", "http://clerk:1#hush@a:1", "http://cl erk:1",
     "http://a..b:1", f"http://{'a' * 64}:1", "clerk://"],
)  # fmt: skip
@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_a_malformed_address_is_told_by_its_variable_alone(text: str, variable: str) -> None:
    with pytest.raises(UsageError, match=f"^{variable}: no address of a proxy; ") as caught:
        proxy_for("http://recorder.example/verba/api", {variable: text})

    assert "clerk" not in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_socks_proxy_without_its_library_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socks", None)

    with pytest.raises(
        UsageError, match=r"^ALL_PROXY: a SOCKS proxy, and the library PySocks is not installed"
    ) as caught:
        proxy_for("http://recorder.example/", {"ALL_PROXY": "socks5h://clerk:hush@proxy.example:1080"})

    assert "pip install" in caught.value.remedy
    assert "hush" not in str(caught.value)
