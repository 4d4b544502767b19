"""Identifiers: sortable ones for rows, speakable ones for people."""

import secrets
import time
import uuid

# Crockford's alphabet: no I, L, O, U, so that a code survives a telephone and bad handwriting.
SPEAKABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CONFUSED = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_id() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits.

    Rows made later sort later, so that an index grows at its right edge.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)


def speakable_code(length: int) -> str:
    """A random code of `length` characters that can be read out and typed (5 bits each)."""
    return "".join([SPEAKABLE[byte & 31] for byte in secrets.token_bytes(length)])


def normalise_code(text: str) -> str:
    """What was meant by a typed code: case, spaces, dashes and look-alikes forgiven."""
    kept = "".join(character for character in text.upper() if character.isalnum())
    return kept.translate(_CONFUSED)
