"""Words that the property tests make their requests of: data only.

What a word means is for the model to say. None of them looks like the inside of a server or says the success
sentence, since a server may repeat what it was sent.
"""

from collections.abc import Callable, Mapping

HOSTILE: Mapping[str, tuple[str, ...]] = {
    "mark-up": (
        "<b>77</b>",
        "</ErrorMessage><x>77</x>",
        "<script>alert(77)</script>",
        '<img src="x" onerror="alert(77)">',
        '</Response><Response code="0" type="KeepCall"/>',
        "<x:y/>",
        "<!--77",
        "]]>",
        "<![CDATA[77",
        "</p>",
        "<",
        ">",
    ),
    "references": ("&", "&lt;77", "&amp;amp;", "&#60;77", "&#x0;", "&nbsp;", "&undeclared;"),
    "quotes": ("'", '"', "`", "\"'", '" onmouseover="alert(77)', "' onmouseover='alert(77)"),
    "SQL": ("' OR '1'='1", "'--", '" OR ""="', "') OR ('1'='1", "%' OR '%'='", "\\' OR 1=1 --", "'||'", "';", "'/*"),
    "wildcards": ("%", "_", "*", "?", "[0-9]", ".*", "__"),
    "controls": ("\x00", "\x01", "\x08", "\t", "\x0b", "\x1b[31m", "\x7f", "\x85"),
    "line ends": ("\n", "\r", "\r\n", "\r\nX-Injected: 77", "\r\n\r\n77", "\u2028"),
    "beyond ASCII": ("é", "ß", "漢字", "Ω", "й", "\xa0", "\xad", "\ufeff", "\ufffd", "\u200b", "\u0131"),
    "astral planes": ("😀", "\U0001d7e0", "\U0010fffd", "\U0001f469\u200d\U0001f467"),
    "no characters": ("\ufffe", "\uffff", "\U0001ffff", "\ufdd0"),
    "right to left": ("\u202e77", "\u200f", "אבג", "٣٤"),
    "combining": ("e\u0301", "\u0300", "\u0345"),
    "percent signs": ("%00", "%2527", "%41", "%3C", "%zz", "%u0041", "+", "%"),
    "templates": ("{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0}", "%s%n%d", "{}", "%(name)s", "{x", "$(77)"),
    "structure": (";", "&x=77", "=", "#", "\\", "/", "|", ":", ",", "[]", '{"a":77}', "\\n", "\\u0000"),
    "expressions": ("7" * 32 + "a", "a" * 32 + "!", " " * 32 + "x", "((((77", "7." * 16, "+" * 32, "\\", "[77"),
    "broken bytes": ("\udcff", "\udcc3", "\udced\udca0\udc80", "\udc80", "77\udce9"),
    "blanks": (" ", "  ", "\u3000"),
    "numbers": ("-1", "0", "1e9", "NaN", "null", "true", "0x1F", "2147483648", "99999999999999999999", "1.0"),
}
"""Pieces of text that servers stumble over, by what they stumble over."""

OFTEN = ("mark-up", "quotes", "SQL", "references")
"""What is tried more often than the rest."""

BLANKS = (" ", "   ", "\t", "\n", "\xa0")
"""What is not empty, and has nothing in it."""

LONG_UNITS = ("7", "a", "<", "&", "'", "é", "漢", "😀", "%", "77 ")
LENGTHS = (32, 33, 36, 37, 64, 128, 255, 256, 257, 512, 1000, 1024, 1025, 1900)
"""Lengths around which buffers end, in characters as they go over the wire."""

_GUID_LENGTH = 36


def _swapped(text: str, at: int) -> str:
    """The text with one digit changed."""
    at %= len(text)
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


TWISTS: Mapping[str, Callable[[str], str]] = {
    "whole": lambda text: text,
    "without its last character": lambda text: text[:-1],
    "without its first character": lambda text: text[1:],
    "with one more character": lambda text: f"{text}0",
    "with one more before it": lambda text: f"1{text}",
    "with its last character changed": lambda text: _swapped(text, -1),
    "with its first character changed": lambda text: _swapped(text, 0),
    "with its middle changed": lambda text: _swapped(text, len(text) // 2),
    "its first half": lambda text: text[: len(text) // 2],
    "its last half": lambda text: text[len(text) // 2 :],
    "twice over": lambda text: text * 2,
    "twice in a list": lambda text: f"{text},{text}",
    "with % for its end": lambda text: f"{text[:-2]}%",
    "with % around it": lambda text: f"%{text}%",
    "with _ for its last character": lambda text: f"{text[:-1]}_",
    "with * for its end": lambda text: f"{text[:-1]}*",
    "with ? for its last character": lambda text: f"{text[:-1]}?",
    "as a pattern": lambda text: f"^{text}$",
    "with a class for its last character": lambda text: f"{text[:-1]}[0-9a-f]",
    "with SQL behind it": lambda text: f"{text}' OR '1'='1",
    "with an SQL comment behind it": lambda text: f"{text}'--",
    "in quotes": lambda text: f"'{text}'",
    "with a zero byte and more behind it": lambda text: f"{text}\x0077",
    "with a line behind it": lambda text: f"{text}\n77",
    "backwards": lambda text: text[::-1],
    "in upper case": lambda text: text.upper(),
    "with a space behind it": lambda text: f"{text} ",
    "with a space before it": lambda text: f" {text}",
    "with a tab behind it": lambda text: f"{text}\t",
    "with a zero before it": lambda text: f"0{text}",
    "with a plus before it": lambda text: f"+{text}",
    "with a space inside": lambda text: f"{text[:4]} {text[4:]}",
    "with hyphens gone or come": lambda text: text.replace("-", "") if "-" in text else f"{text[:3]}-{text[3:]}",
    "in braces": lambda text: f"{{{text}}}",
    "as a SIP URI": lambda text: f"sip:{text}@recorder.example",
    "in wide digits": lambda text: text.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
    "with an accent behind it": lambda text: f"{text}\u0301",
    "with an invisible character in it": lambda text: f"{text[:5]}\u200b{text[5:]}",
}
"""What becomes of a callID, a number or a word that is right: the first is nothing, those that follow come near."""

STATUSES = ("ongoing", "last", "ongoing,next")
WRONG_STATUSES = (
    *("foo", "", "ongo", "ongoingly", "Ongoing", "ONGOING", " ongoing", "ongoing ", "ongoing,", ",ongoing", ","),
    *("ongoing,ongoing", "ongoing,last", "last,ongoing", "ongoing,foo", "foo,bar", "ongoing last", "ongoing;last"),
    *(
        "finished",
        "upcoming",
        "all",
        "any",
        "*",
        "%",
        "1",
        "0",
        "null",
        "true",
        "lastly",
        "las",
        "LAST",
        "last ",
        " ",
    ),
    *("ongoing%", "ongoing'--", "' OR '1'='1", "ongoing\x00", "ongoing\x00foo", "ong\u043eing", "-last"),
    *("ongoing, next", "," * 250, "ongoing" + ",foo" * 250),
)
WRONG_TYPES = (
    *("", "foo", "manualrecord", "MANUALRECORD", "ManualRecord", "manualRecord ", "manual", "manualRecords", "0"),
    *("onDemand", "on-demand", "keep", "manualRecord,foo", "1", "%", "'", "KeepCall"),
)
WRONG_UNMARKS = (
    *("0", "", "true", "2", "01", "1 ", " 1", "yes", "-1", "1.0", "+1", "11", "false", "1,0", "on", "\uff11"),
)
OTHER_NAMES = (
    *("foo", "number", "callid", "CallID", "call_id", "Extension", "ext", "STATUS", "unMark", "Type", "_", "x[]"),
)
"""Names of parameters that are none; some are ones but for their case."""

WRONG_ACTIONS = ("", "NoSuchAction", "KeepCalls", "Keep", "KeepCal", "keepcall", "%", "KeepCall\x00", "KeepCall'--")
WRONG_KEYS = (
    "00000000-0000-4000-8000-000000000000",
    "",
    "' OR '1'='1",
    "%",
    "00000000-0000-4000-8000-00000000007",
    "77",
)
"""Keys and tokens that nobody has; the first two of them come again and again, as caches of answers want it."""
