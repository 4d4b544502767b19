"""Each county's Ed25519 key for signing tree heads, in the folder `keys` of settings.VAR.

`<county>.ed25519` is the private key (PEM, mode 600), made on first use. Beside it lies
`<county>.<key id>.pub`, the public key, which should be published outside this system. To change
the key, move the private file away: heads signed before stay provable as long as their public
key stays in the folder.
"""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings


def key_id(key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the raw public key's SHA-256."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def signing_key(county: str) -> Ed25519PrivateKey:
    """The county's private key; made, and its public key laid beside it, when there is none."""
    file = _folder() / f"{county}.ed25519"
    if not file.exists():
        made = Ed25519PrivateKey.generate()
        _create(file, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key = load_pem_private_key(file.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    public = key.public_key()
    published = _folder() / f"{county}.{key_id(public)}.pub"
    if not published.exists():
        _create(published, _pem(public))
    return key


def public_key(county: str) -> str:
    """The public key to publish, as PEM text."""
    return _pem(signing_key(county).public_key()).decode()


def public_keys(county: str) -> dict[str, Ed25519PublicKey]:
    """Every public key that ever signed the county's heads, by key id."""
    if (_folder() / f"{county}.ed25519").exists():
        signing_key(county)  # lays the public key beside it, should it be missing
    found = {}
    for file in _folder().glob(f"{county}.*.pub"):
        key = load_pem_public_key(file.read_bytes())
        assert isinstance(key, Ed25519PublicKey)
        found[key_id(key)] = key
    return found


def _folder() -> Path:
    folder = Path(settings.VAR) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _create(file: Path, content: bytes) -> None:
    """Write a file that nobody ever sees half-written; whoever comes first wins."""
    with NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as draft:  # mode 600
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
    with suppress(FileExistsError):
        os.link(draft.name, file)
    Path(draft.name).unlink()
