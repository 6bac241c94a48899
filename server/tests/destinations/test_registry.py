"""What loading the kinds of destination takes."""

import subprocess
import sys

EXTRAS = ("aiokafka", "aio_pika", "aiormq", "azure", "google", "grpc", "nats")
SCRIPT = f"""
import sys
sys.modules.update(dict.fromkeys({EXTRAS}))
from healthpartner.destinations.registry import KINDS
print(*sorted(KINDS))
"""


def test_a_deployment_without_the_extras_still_knows_every_kind() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)

    assert {"azure_event_hubs", "azure_storage_queue", "google_pubsub", "kafka", "nats_jetstream", "rabbitmq"} <= set(
        done.stdout.split()
    )
