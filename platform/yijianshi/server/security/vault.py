"""Personal data under a key of its own for every case, so that it can be erased (PIPL art. 47).

Each case has a random data key. It is stored only *wrapped* (encrypted) under a key derived from
the platform's secret; whoever deletes the wrapped key has made everything encrypted with it
unreadable for good, backups included, while the journal and its hashes stay as they are.
Both the wrapped key and every ciphertext are bound to the case: moved to another case's row
they do not open. AES-256-GCM (NIST SP 800-38D); HKDF-SHA256 (RFC 5869).
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_SECRET = 16
_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"
"""First byte of everything the vault writes, so that a later format can be told apart."""


class VaultError(Exception):
    """What was to be opened was changed, belongs to another case, or was made under another secret."""


class Vault:
    """Encrypts with per-case keys, and makes keyed hashes to look personal data up by."""

    def __init__(self, secret: str | bytes) -> None:
        """Derive the vault's keys; raises ValueError for a secret shorter than 16 bytes."""
        material = secret.encode() if isinstance(secret, str) else secret
        if len(material) < SHORTEST_SECRET:
            raise ValueError(f"the secret needs at least {SHORTEST_SECRET} bytes")
        self._wrapping = AESGCM(_derive(material, b"yijianshi wrap v1"))
        self._lookup = _derive(material, b"yijianshi lookup v1")

    def new_case_key(self, case_id: str) -> bytes:
        """Make a data key for the case and give it wrapped, to be stored beside the case."""
        return _seal(self._wrapping, os.urandom(_KEY_BYTES), b"key\x00" + case_id.encode())

    def encrypt(self, wrapped: bytes, data: bytes, *, case_id: str) -> bytes:
        """Encrypt under the case's key; raises VaultError when the key is not this case's."""
        return _seal(self._data_key(wrapped, case_id), data, _bound(case_id))

    def decrypt(self, wrapped: bytes, data: bytes, *, case_id: str) -> bytes:
        """Decrypt; raises VaultError when anything was changed or belongs to another case."""
        return _open(self._data_key(wrapped, case_id), data, _bound(case_id))

    def lookup_hash(self, value: str) -> str:
        """Give a keyed hash (HMAC-SHA256, hex) by which equal values can be found without storing them.

        Without the secret the hash tells nothing, not even by trying all resident ID numbers.
        """
        return hmac.new(self._lookup, value.encode(), hashlib.sha256).hexdigest()

    def _data_key(self, wrapped: bytes, case_id: str) -> AESGCM:
        return AESGCM(_open(self._wrapping, wrapped, b"key\x00" + case_id.encode()))


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(secret)


def _bound(case_id: str) -> bytes:
    return b"data\x00" + case_id.encode()


def _seal(key: AESGCM, data: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _FORMAT + nonce + key.encrypt(nonce, data, bound)


def _open(key: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    head = len(_FORMAT) + _NONCE_BYTES
    if len(sealed) <= head or not sealed.startswith(_FORMAT):
        raise VaultError("this was not made by the vault")
    try:
        return key.decrypt(sealed[len(_FORMAT) : head], sealed[head:], bound)
    except InvalidTag:
        raise VaultError("changed, of another case, or made under another secret") from None
