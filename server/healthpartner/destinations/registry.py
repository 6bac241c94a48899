"""Every kind of destination, by the name that partners use. Adding one is a folder and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from healthpartner.destinations.aws_sqs.publisher import AwsSqs
from healthpartner.destinations.azure_event_hubs.publisher import AzureEventHubs
from healthpartner.destinations.azure_storage_queue.publisher import AzureStorageQueue
from healthpartner.destinations.contract import Kind
from healthpartner.destinations.google_pubsub.publisher import GooglePubsub
from healthpartner.destinations.kafka.publisher import Kafka
from healthpartner.destinations.nats_jetstream.publisher import NatsJetstream
from healthpartner.destinations.rabbitmq.publisher import Rabbitmq
from healthpartner.destinations.webhook.publisher import Webhook

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        AwsSqs.type: AwsSqs(),
        AzureEventHubs.type: AzureEventHubs(),
        AzureStorageQueue.type: AzureStorageQueue(),
        GooglePubsub.type: GooglePubsub(),
        Kafka.type: Kafka(),
        NatsJetstream.type: NatsJetstream(),
        Rabbitmq.type: Rabbitmq(),
        Webhook.type: Webhook(),
    },
)
