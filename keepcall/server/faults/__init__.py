"""Faults: the reference server with one defect each, as vendors come to have them.

`FAULTS` has them by name. A fault is one part of the server with one method that is wrong; its class is named after
the sin, its docstring tells how a vendor comes to have it, and the decorator says which requirements it breaks. To
find the faults of a requirement, search this folder for its id; to add one, write a class.

- `access`, `access_tokens`                           who may ask
- `call_id`, `phone_numbers`, `ambiguity`             which call is meant
- `status`, `last_call`, `next_call`                  in which status
- `marks`, `unmark`, `manual_record`, `refusals`      what becomes of the calls
- `formats`, `html_text`                              what the answer says
- `xml_syntax`, `xml_elements`, `xml_codes`           and in XML
- `transport`, `http_answers`, `leaks`                HTTP, and what no answer must hold
- `any_input`, `sequences`, `concurrency`             what only unusual requests show, or many
- `unclaimed`                                         what the profile says
- `various`                                        written when the tests were finished
- `table`, `bases`                                    how a fault is made

Each module of faults lifts the same rules of ruff: N801, because a fault is named as reports name it, which is also
how it is searched for; D102, because an overridden method is documented where it comes from; ARG002, because it has
to take what the original takes.
"""

from keepcall.server.faults import (
    access,
    access_tokens,
    ambiguity,
    any_input,
    call_id,
    concurrency,
    formats,
    html_text,
    http_answers,
    last_call,
    leaks,
    manual_record,
    marks,
    next_call,
    phone_numbers,
    refusals,
    sequences,
    status,
    to_come,
    transport,
    unclaimed,
    unmark,
    various,
    xml_codes,
    xml_elements,
    xml_syntax,
)
from keepcall.server.faults.table import FAULTS, Fault

__all__ = [
    "FAULTS",
    "Fault",
    "access",
    "access_tokens",
    "ambiguity",
    "any_input",
    "call_id",
    "concurrency",
    "formats",
    "html_text",
    "http_answers",
    "last_call",
    "leaks",
    "manual_record",
    "marks",
    "next_call",
    "phone_numbers",
    "refusals",
    "sequences",
    "status",
    "to_come",
    "transport",
    "unclaimed",
    "unmark",
    "various",
    "xml_codes",
    "xml_elements",
    "xml_syntax",
]
