"""Ed25519 keys in PEM, by cryptography (the extra `attest`), which is imported only when a key is used."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_NOT_INSTALLED = 'pip install "contract-harness[attest]"'


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key."""

    key: "Ed25519PublicKey"

    @property
    def id(self) -> str:
        """SHA-256 of the key, as DER of its SubjectPublicKeyInfo, in hexadecimal digits."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return hashlib.sha256(self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    @property
    def pem(self) -> str:
        """The key as a file holds it."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Whether the holder of the private key signed the message."""
        from cryptography.exceptions import InvalidSignature

        try:
            self.key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key; nothing shows it but `pem`."""

    key: "Ed25519PrivateKey"

    @property
    def verifier(self) -> Verifier:
        """Its public key."""
        return Verifier(self.key.public_key())

    @property
    def pem(self) -> str:
        """The key as a file holds it: PKCS 8, not encrypted."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self.key.sign(message)


def new_signer() -> Signer:
    """A new key. Raises UsageError when cryptography is not installed."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ModuleNotFoundError:
        raise UsageError("signatures need cryptography", hint=_NOT_INSTALLED) from None
    return Signer(Ed25519PrivateKey.generate())


def signer_in(pem: bytes, where: str) -> Signer:
    """The private key in a PEM; no message quotes it. Raises UsageError, naming `where`, for anything else."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ModuleNotFoundError:
        raise UsageError("signatures need cryptography", hint=_NOT_INSTALLED) from None
    hint = "`harness attest keygen` makes one"
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise UsageError(f"the key in {where} is encrypted", hint="store it without a password, as a secret") from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{where} holds no private key in PEM", hint=hint) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"the key in {where} is none of Ed25519", hint=hint)
    return Signer(key)


def verifier_in(pem: bytes, where: str) -> Verifier:
    """The public key in a PEM. Raises UsageError, naming `where`, for anything else, a private key included."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ModuleNotFoundError:
        raise UsageError("signatures need cryptography", hint=_NOT_INSTALLED) from None
    if b"PRIVATE KEY" in pem:
        raise UsageError(f"{where} holds a private key", hint="who checks evidence needs the public one, and no other")
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{where} holds no public key in PEM") from None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"the key in {where} is none of Ed25519")
    return Verifier(key)
