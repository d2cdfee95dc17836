"""A DSSE envelope (Dead Simple Signing Envelope 1.0) with one signature: what is signed, and in what form it is kept.

The form is stricter than the standard's: the file is the one that `sealed` writes, to the byte. So whatever is changed
in it is refused, also what no signature covers: a space, the id of the key, another spelling of the same base64.
"""

import base64
import binascii
import json
from typing import Any

from harness.attest.keys import Signer, Verifier
from harness.model.errors import EvidenceError, SignatureError

PAYLOAD_TYPE = "application/vnd.in-toto+json"
LARGEST = 100_000_000
"""Bytes of an envelope."""
_HINT = "it must be the file as `harness verify --attest` wrote it"


def sealed(statement: dict[str, Any], signer: Signer) -> str:
    """The envelope around a statement."""
    payload = json.dumps(statement, separators=(",", ":"), allow_nan=False).encode()
    return _written(payload, signer.sign(pre_authentication_encoding(payload)), signer.verifier.id)


def opened(envelope: bytes, verifier: Verifier) -> Any:
    """The statement in an envelope that the holder of the key signed.

    Raises EvidenceError when it is no such envelope, SignatureError when it was signed otherwise or changed since.
    """
    if len(envelope) > LARGEST:
        raise EvidenceError(f"it is larger than {LARGEST:,} bytes")
    payload, signature, key_id = _parts(envelope)
    if key_id != verifier.id:
        raise SignatureError(f"it was signed with the key {key_id}, not with {verifier.id}")
    if not verifier.accepts(signature, pre_authentication_encoding(payload)):
        raise SignatureError("its signature does not fit: it was changed, or signed by somebody else")
    return strict_json(payload)


def pre_authentication_encoding(payload: bytes) -> bytes:
    """PAE of DSSE: the bytes that are signed, which name the type and both lengths."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def strict_json(text: bytes) -> Any:
    """The value in UTF-8 JSON without a second key of one name, NaN or infinities. Raises EvidenceError."""
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"it is no JSON as it should be: {error}", hint=_HINT) from None


def _parts(envelope: bytes) -> tuple[bytes, bytes, str]:
    """Payload, signature and the id of the key."""
    data = strict_json(envelope)
    if not isinstance(data, dict) or data.keys() != {"payload", "payloadType", "signatures"}:
        raise EvidenceError("it is no DSSE envelope", hint=_HINT)
    if data["payloadType"] != PAYLOAD_TYPE:
        raise EvidenceError(f"its payload is no {PAYLOAD_TYPE}")
    match data["signatures"]:
        case [{"keyid": str(key_id), "sig": str(sig), **others}] if not others:
            payload, signature = _decoded(data["payload"]), _decoded(sig)
        case [_, _, *_]:
            raise EvidenceError("it has several signatures", hint=_HINT)
        case _:
            raise EvidenceError("it has no signature that can be read", hint=_HINT)
    if _written(payload, signature, key_id).encode("utf-8", "surrogatepass") != envelope:
        raise EvidenceError("it is not written in its one form", hint=_HINT)
    return payload, signature, key_id


def _written(payload: bytes, signature: bytes, key_id: str) -> str:
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": key_id, "sig": base64.b64encode(signature).decode()}],
    }
    return json.dumps(envelope, separators=(",", ":")) + "\n"


def _decoded(text: Any) -> bytes:
    """Canonical base64 of RFC 4648: its own alphabet, padded, without bits that mean nothing."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        content = None
    if content is None or base64.b64encode(content).decode() != text:
        raise EvidenceError("it holds no canonical base64", hint=_HINT)
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands in it twice")
    return found


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")
