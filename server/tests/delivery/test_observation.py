"""One line in the log for each attempt, which says enough for an operator and nothing of a partner's."""

from structlog.testing import capture_logs

from healthpartner.destinations.contract import PublishFailed
from tests.support.database import Tenant
from tests.support.delivery import Post, record_steps


async def test_each_attempt_is_one_structured_line_without_body_or_foreign_words(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    await record_steps(acme, 1)
    with capture_logs() as delivered:
        await post.deliver()
    mailbox.refusing = PublishFailed("refused", "words of the provider")
    await record_steps(acme, 2)
    with capture_logs() as refused:
        await post.deliver()

    for lines, outcome in ((delivered, "delivered"), (refused, "refused")):
        (line,) = [one for one in lines if one["event"] == "delivery attempt"]
        assert (line["outcome"], line["attempt"], line["given_up"]) == (outcome, 1, False)
        assert (line["stream"], line["kind"]) == ("device_data", "memory")
        assert {"event_id", "latency_ms"} <= line.keys()
        assert not {"body", "signature", "provider_message"} & line.keys()
        assert "words of the provider" not in str(line)
