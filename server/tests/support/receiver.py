"""A partner's receiver, written from the published contract alone with nothing but the standard library, so that it
cannot share a mistake with the signer. It returns the event or raises Forged.
"""

import base64
import hashlib
import hmac
import json
from typing import Any


class Forged(Exception):
    pass


def verify(envelope_json: str, secrets: list[str]) -> dict[str, Any]:
    """`secrets`: the `whsec_` texts that the partner was given."""
    envelope = json.loads(envelope_json)
    signed_bytes = (envelope["signed_at"] + "." + envelope["body"]).encode("utf-8")
    offered = [part[3:] for part in envelope["signature"].split(" ") if part.startswith("v1,")]
    expected = []
    for secret in secrets:
        key = base64.b64decode(secret[len("whsec_") :])
        expected.append(base64.b64encode(hmac.new(key, signed_bytes, hashlib.sha256).digest()).decode("ascii"))
    if not any(hmac.compare_digest(one, other) for one in expected for other in offered):
        raise Forged("no signature matches")
    body: dict[str, Any] = json.loads(envelope["body"])
    if body["event_id"] != envelope["event_id"]:
        raise Forged("the event_ids do not agree")
    return body
