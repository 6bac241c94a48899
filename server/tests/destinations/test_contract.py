"""What the contract keeps for every plugin: the time limit, and provider words that are short and safe."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.destinations.contract import PROVIDER_MESSAGE_BYTES, Destination, PublishFailed, Receipt
from healthpartner.events.envelope import Envelope
from tests.support.parts.events import make_envelope


class Endless(Destination):
    async def attempt(self, envelope: Envelope) -> Receipt:
        await asyncio.Event().wait()
        return Receipt(str(envelope.event_id), thin=False)

    async def close(self) -> None:
        return


@given(words=st.text(max_size=3 * PROVIDER_MESSAGE_BYTES))
def test_provider_words_are_cut_to_two_kibibytes_of_one_printable_line(words: str) -> None:
    kept = PublishFailed("refused", words).provider_message

    assert len(kept.encode()) <= PROVIDER_MESSAGE_BYTES
    assert kept.isprintable()


def test_a_failures_text_is_its_kind_alone() -> None:
    failure = PublishFailed("refused", "the member's diagnosis")

    assert str(failure) == "refused"
    assert "diagnosis" not in repr(failure)


async def test_an_endless_attempt_ends_at_the_limit() -> None:
    async with Endless(0.01) as destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())

    assert caught.value.kind == "timeout"


async def test_a_cancelled_attempt_stays_cancelled() -> None:
    async with Endless(10.0) as destination:
        attempt = asyncio.create_task(destination.publish(make_envelope()))
        await asyncio.sleep(0)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
