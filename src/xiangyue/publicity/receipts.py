"""The code on an objection's receipt: whoever holds it reads the answer, without an account."""

import hmac
from hashlib import sha256
from uuid import UUID

from django.utils.crypto import salted_hmac

from xiangyue.kernel.counties import current_county
from xiangyue.kernel.identifiers import SPEAKABLE, normalise_code

CODE_LENGTH = 10


def code_for(client_key: UUID) -> str:
    """A speakable code that follows from the sender's key and ours; unguessable without both.

    What is sent twice gets the same receipt.
    """
    salt = f"xiangyue.publicity.receipt-code.{current_county().slug}"
    drawn = salted_hmac(salt, client_key.hex, algorithm="sha256").digest()
    return "".join(SPEAKABLE[byte % len(SPEAKABLE)] for byte in drawn[:CODE_LENGTH])


def receipt_digest(code: str) -> str:
    """The digest under which a receipt's code is kept; the code itself is on the paper alone."""
    salt = f"xiangyue.publicity.receipt.{current_county().slug}"
    key = salted_hmac(salt, "", algorithm="sha256").digest()
    return hmac.new(key, normalise_code(code).encode(), sha256).hexdigest()
