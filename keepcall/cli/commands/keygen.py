"""`keepcall keygen`: a key pair to sign certificates with."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from keepcall.report.certificate import signing


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Makes an Ed25519 key pair: FILE, for you alone, and FILE.pub, to give to whoever is to verify your "
        f"certificates. With ${signing.PASSWORD} set, FILE is encrypted with it."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the private key; never overwritten")


def main(options: Namespace) -> int:
    """Makes the pair."""
    signing.needed()
    public = signing.generate(options.file)
    sys.stdout.write(f"private key  {options.file}\npublic key   {options.file}.pub\nkey id       {public.id}\n")
    return 0
