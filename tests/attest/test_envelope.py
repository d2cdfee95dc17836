"""What is signed, and that nothing of an envelope can be changed."""

import base64
import json
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from harness.attest.envelope import opened, pre_authentication_encoding, sealed, strict_json
from harness.attest.keys import new_signer, signer_in, verifier_in
from harness.model.errors import EvidenceError, SignatureError, UsageError

SIGNER = new_signer()
STATEMENT = {"_type": "https://in-toto.io/Statement/v1", "subject": [], "said": "größer \ud800 #[x]"}
ENVELOPE = sealed(STATEMENT, SIGNER).encode()


def remade(**changes):
    """The envelope with other values for its keys, in its one form."""
    return (json.dumps(json.loads(ENVELOPE) | changes, separators=(",", ":")) + "\n").encode()


def signed(payload: bytes):
    """An envelope with a good signature over any payload."""
    sig = SIGNER.sign(pre_authentication_encoding(payload))
    signatures = [{"keyid": SIGNER.verifier.id, "sig": base64.b64encode(sig).decode()}]
    return remade(payload=base64.b64encode(payload).decode(), signatures=signatures)


def test_what_was_sealed_is_opened():
    assert opened(ENVELOPE, SIGNER.verifier) == STATEMENT


def test_the_signature_is_that_of_the_standard():
    """By hand, as the text of DSSE says it, without our code."""
    envelope = json.loads(ENVELOPE)
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    message = b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload])
    der = base64.b64decode("".join(SIGNER.verifier.pem.splitlines()[1:-1]))
    key = Ed25519PublicKey.from_public_bytes(der[-32:])
    key.verify(base64.b64decode(envelope["signatures"][0]["sig"]), message)
    assert kind == b"application/vnd.in-toto+json"
    assert json.loads(payload) == STATEMENT


def test_the_encoding_is_that_of_the_standard():
    assert pre_authentication_encoding(b"hello world") == b"DSSEv1 28 application/vnd.in-toto+json 11 hello world"


@given(place=st.integers(0, len(ENVELOPE) - 1), mask=st.integers(1, 255))
def test_a_changed_byte_is_refused(place, mask):
    changed = bytearray(ENVELOPE)
    changed[place] ^= mask
    with pytest.raises(EvidenceError):
        opened(bytes(changed), SIGNER.verifier)


@given(cut=st.integers(0, len(ENVELOPE) - 1), more=st.binary(min_size=1, max_size=3))
def test_a_part_and_more_than_the_whole_are_refused(cut, more):
    for changed in (ENVELOPE[:cut], ENVELOPE[:cut] + more + ENVELOPE[cut:], more + ENVELOPE):
        with pytest.raises(EvidenceError):
            opened(changed, SIGNER.verifier)


def test_every_spelling_of_its_base64_is_refused():
    payload = sealed({"a": 1}, SIGNER).encode()
    text = json.loads(payload)["payload"]
    assert text == "eyJhIjoxfQ=="
    for other in ("eyJhIjoxfQ", "eyJhIjoxfQ=", "eyJhIjoxfR==", "eyJhIjoxfQ==\\n", " eyJhIjoxfQ==", "eyJhIjoxfQ==="):
        with pytest.raises(EvidenceError, match="canonical base64"):
            opened(payload.replace(text.encode(), other.encode()), SIGNER.verifier)


@pytest.mark.parametrize(
    ("envelope", "why"),
    [
        (b"", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        (b"null", "no DSSE envelope"),
        (b'"payload"', "no DSSE envelope"),
        (b"{}", "no DSSE envelope"),
        (ENVELOPE.replace(b"{", b'{"payload":"",', 1), "twice"),
        (ENVELOPE.replace(b'"sig"', b'"sig":"","sig"'), "twice"),
        (ENVELOPE.replace(b":", b": ", 1), "not written in its one form"),
        (ENVELOPE.removesuffix(b"\n"), "not written in its one form"),
        (ENVELOPE.replace(b"payloadType", b"payload\\u0054ype"), "not written in its one form"),
        (remade(payloadType="application/json"), "its payload is no application/vnd.in-toto"),
        (remade(payloadType="APPLICATION/vnd.in-toto+json"), "its payload is no application/vnd.in-toto"),
        (remade(more=1), "no DSSE envelope"),
        (remade(payload=None), "canonical base64"),
        (remade(payload="ä"), "canonical base64"),
        (remade(signatures=[]), "no signature"),
        (remade(signatures=[{"sig": "AAAA"}]), "no signature"),
        (remade(signatures=[{"keyid": "a", "sig": "AAAA", "cert": ""}]), "no signature"),
        (remade(signatures=json.loads(ENVELOPE)["signatures"] * 2), "several signatures"),
        (signed(b'{"a":1,"a":2}'), "twice"),
        (signed(b'{"a":NaN}'), "NaN is no number"),
        (signed(b"\xff"), "no JSON"),
        (signed(b""), "no JSON"),
    ],
)
def test_what_is_no_envelope_of_ours_is_refused(envelope, why):
    with pytest.raises(EvidenceError, match=why):
        opened(envelope, SIGNER.verifier)


def test_another_key_is_refused():
    with pytest.raises(SignatureError, match="signed with the key"):
        opened(ENVELOPE, new_signer().verifier)


def test_a_signature_of_something_else_is_refused():
    other = json.loads(sealed({"other": 1}, SIGNER))
    with pytest.raises(SignatureError, match="does not fit"):
        opened(remade(signatures=other["signatures"]), SIGNER.verifier)


def test_keys_go_through_files_to_another_process():
    program = (
        "import sys; from harness.attest.keys import signer_in; from harness.attest.envelope import sealed;"
        "sys.stdout.write(sealed({'from': 'there'}, signer_in(sys.stdin.buffer.read(), 'stdin')))"
    )
    command = [sys.executable, "-c", program]
    made = subprocess.run(command, input=SIGNER.pem.encode(), capture_output=True, check=True).stdout
    assert opened(made, verifier_in(SIGNER.verifier.pem.encode(), "pub")) == {"from": "there"}


def test_a_key_is_shown_by_nothing():
    assert SIGNER.pem.splitlines()[1] not in repr(SIGNER)
    with pytest.raises(UsageError) as refused:
        signer_in(SIGNER.pem.replace("A", "!").encode(), "HARNESS_SIGNING_KEY")
    assert "no private key in PEM" in str(refused.value)
    assert SIGNER.pem[30:40] not in str(refused.value)


def test_a_private_key_is_no_public_one():
    with pytest.raises(UsageError, match="pub holds a private key"):
        verifier_in(SIGNER.pem.encode(), "pub")
    with pytest.raises(UsageError, match="no private key"):
        signer_in(SIGNER.verifier.pem.encode(), "key")


def test_other_keys_are_refused():
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    curve = generate_private_key(SECP256R1())
    public = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(UsageError, match="none of Ed25519"):
        verifier_in(public, "pub")
    with pytest.raises(UsageError, match="none of Ed25519"):
        signer_in(curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "key")
    locked = SIGNER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    with pytest.raises(UsageError, match="is encrypted"):
        signer_in(locked, "key")


@pytest.mark.parametrize("text", [b'{"a":Infinity}', b'{"a":-Infinity}', b'[{"a":1,"a":1}]', b'{"a":1}x'])
def test_json_is_strict(text):
    with pytest.raises(EvidenceError):
        strict_json(text)
