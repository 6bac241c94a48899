"""What a partner tells us about an SQS queue, and what must hold before anything is sent there."""

import re

from msgspec import Struct

from healthpartner.core.errors import Detail

_PARTITION = r"arn:(?P<partition>aws|aws-cn|aws-us-gov)"
_QUEUE_ARN = re.compile(
    _PARTITION + r":sqs:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d):(?P<account>\d{12})"
    r":(?P<name>[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo)",
)
_ROLE_ARN = re.compile(_PARTITION + r":iam::\d{12}:role/[A-Za-z0-9_+=,.@/-]{1,576}")


class AwsSqsSettings(Struct, frozen=True, kw_only=True):
    queue_arn: str
    region: str
    role_arn: str | None = None


class QueueAddress(Struct, frozen=True):
    """A queue's ARN, taken apart."""

    region: str
    account: str
    name: str

    @property
    def is_fifo(self) -> bool:
        return self.name.endswith(".fifo")


def address_of(settings: AwsSqsSettings) -> QueueAddress:
    """ValueError for an ARN that `find_faults` would name."""
    match = _QUEUE_ARN.fullmatch(settings.queue_arn)
    if match is None:
        raise ValueError("not the ARN of an SQS queue")
    return QueueAddress(match["region"], match["account"], match["name"])


def find_faults(settings: AwsSqsSettings) -> list[Detail]:
    queue = _QUEUE_ARN.fullmatch(settings.queue_arn)
    faults = []
    if queue is None:
        faults.append(Detail("queue_arn", "invalid_value", "Must be arn:aws:sqs:<region>:<account>:<queue>."))
    elif queue["region"] != settings.region:
        faults.append(Detail("region", "invalid_value", "Must be the region that queue_arn names."))
    if settings.role_arn is not None:
        role = _ROLE_ARN.fullmatch(settings.role_arn)
        if role is None:
            faults.append(Detail("role_arn", "invalid_value", "Must be arn:aws:iam::<account>:role/<role>."))
        elif queue is not None and role["partition"] != queue["partition"]:
            faults.append(Detail("role_arn", "invalid_value", "Must be in the same AWS partition as queue_arn."))
    return faults
