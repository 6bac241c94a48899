"""NKeys: reading seeds and `.creds` files, and signing with them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.destinations.nats_jetstream import nkeys
from tests.destinations.nats_jetstream.test_settings import SEED

CREDS = f"""-----BEGIN NATS USER JWT-----
eyJ0eXAi.eyJqdGki.c2ln-_
------END NATS USER JWT------

************************* IMPORTANT *************************

-----BEGIN USER NKEY SEED-----
{SEED}
------END USER NKEY SEED------
"""


def test_a_published_pair_of_seed_and_public_key_agrees() -> None:
    assert nkeys.public_text(nkeys.key_of(SEED)) == "UCK5N7N66OBOINFXAYC2ACJQYFSOD4VYNU6APEJTAVFZB2SVHLKGEW7L"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_creds_file_holds_a_token_and_a_seed(ending: str) -> None:
    assert nkeys.parse_creds(CREDS.replace("\n", ending)) == nkeys.Creds("eyJ0eXAi.eyJqdGki.c2ln-_", SEED)


@given(st.text())
def test_a_signature_of_any_nonce_verifies_with_the_public_key(nonce: str) -> None:
    key = nkeys.key_of(SEED)

    key.public_key().verify(base64.b64decode(nkeys.sign(key, nonce)), nonce.encode())


@given(st.integers(min_value=0, max_value=len(SEED) - 1), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_seed_with_a_typing_mistake_is_refused(place: int, letter: str) -> None:
    mistaken = SEED[:place] + letter + SEED[place + 1 :]

    if mistaken == SEED:
        nkeys.key_of(mistaken)
    else:
        with pytest.raises(ValueError, match="seed"):
            nkeys.key_of(mistaken)
