"""A passkey as a browser would have registered it, so that the sign-in library can read it back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)


def registered(owner: str) -> dict[str, Any]:
    key_id = hashlib.sha256(owner.encode()).digest()
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
    held = AttestedCredentialData.create(bytes(16), key_id, public)
    data = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), flags, 0, held)
    asked = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"challenge", "http://testserver")
    answer = AuthenticatorAttestationResponse(
        client_data=asked, attestation_object=AttestationObject.create("none", data, {})
    )
    whole = json.loads(json.dumps(dict(RegistrationResponse(raw_id=key_id, response=answer))))
    return {**whole, "clientExtensionResults": {"credProps": {"rk": True}}}
