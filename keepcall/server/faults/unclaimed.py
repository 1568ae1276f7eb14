"""Faults of a profile: the server is sound, and offers what its profile does not claim."""

# ruff: noqa: N801 - see the package

from keepcall.server.app import KeepCallServer
from keepcall.server.faults.table import fault


@fault("KC-CLAIM-01", claims={"unmark": False})
class offers_unmark_without_claiming_it(KeepCallServer):
    """The profile was written from an older handbook, in which there was no unmark."""


@fault("KC-CLAIM-01", claims={"types": ()})
class offers_manual_record_without_claiming_it(KeepCallServer):
    """The profile was written for a customer who has not bought controlled recording."""


@fault("KC-CLAIM-01", claims={"statuses": ("ongoing", "next", "ongoing,next")})
class offers_last_without_claiming_it(KeepCallServer):
    """Last was left out of the profile, because one of its tests had failed."""


@fault("KC-CLAIM-01", claims={"statuses": ("ongoing", "last")})
class offers_next_without_claiming_it(KeepCallServer):
    """Next was left out of the profile, because its tests take so long."""


@fault("KC-CLAIM-01", claims={"methods": ("GET",)})
class offers_post_without_claiming_it(KeepCallServer):
    """The handbook says that POST was removed, and only the page that used it was."""


@fault("KC-CLAIM-01", claims={"methods": ("POST",)})
class offers_get_without_claiming_it(KeepCallServer):
    """GET was to be closed for security, and stayed open for one customer, and so for all."""
