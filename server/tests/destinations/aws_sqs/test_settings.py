"""Which SQS settings are taken, and which field is blamed otherwise."""

import pytest

from healthpartner.destinations.aws_sqs.settings import AwsSqsSettings, address_of, find_faults

QUEUE = "arn:aws:sqs:eu-central-1:111122223333:partner"
ROLE = "arn:aws:iam::111122223333:role/path/publisher"


def faulty_fields(queue_arn: str = QUEUE, region: str = "eu-central-1", role_arn: str | None = None) -> list[str]:
    settings = AwsSqsSettings(queue_arn=queue_arn, region=region, role_arn=role_arn)
    return [fault.field for fault in find_faults(settings)]


@pytest.mark.parametrize(
    ("queue_arn", "region", "role_arn"),
    [
        (QUEUE, "eu-central-1", None),
        (QUEUE, "eu-central-1", ROLE),
        (QUEUE + ".fifo", "eu-central-1", None),
        ("arn:aws-us-gov:sqs:us-gov-west-1:111122223333:q", "us-gov-west-1", None),
        ("arn:aws-cn:sqs:cn-north-1:111122223333:q", "cn-north-1", "arn:aws-cn:iam::111122223333:role/r"),
    ],
)
def test_a_real_arn_in_its_region_is_taken(queue_arn: str, region: str, role_arn: str | None) -> None:
    assert faulty_fields(queue_arn, region, role_arn) == []


@pytest.mark.parametrize(
    "queue_arn",
    [
        "",
        "partner",
        "arn:aws:sns:eu-central-1:111122223333:partner",
        "arn:aws:sqs:eu-central-1:1111:partner",
        "arn:aws:sqs:eu-central-1:111122223333:" + "q" * 81,
        "arn:aws:sqs:eu-central-1:111122223333:" + "q" * 76 + ".fifo",
        "arn:aws:sqs:evil.example/x:111122223333:partner",
        "arn:aws:sqs:eu-central-1:111122223333:partner\n",
        "arn:aws:sqs:eu-central-1:111122223333:../other",
    ],
)
def test_what_is_no_queue_arn_is_refused(queue_arn: str) -> None:
    assert faulty_fields(queue_arn) == ["queue_arn"]
    with pytest.raises(ValueError, match="not the ARN"):
        address_of(AwsSqsSettings(queue_arn=queue_arn, region="eu-central-1"))


def test_a_region_other_than_the_arns_is_refused() -> None:
    assert faulty_fields(region="us-east-1") == ["region"]


@pytest.mark.parametrize(
    "role_arn",
    ["", "arn:aws:iam::111122223333:user/u", "arn:aws:iam::1:role/r", "arn:aws-cn:iam::111122223333:role/r"],
)
def test_what_is_no_role_of_the_queues_partition_is_refused(role_arn: str) -> None:
    assert faulty_fields(role_arn=role_arn) == ["role_arn"]


def test_every_fault_is_named_at_once() -> None:
    assert faulty_fields("nonsense", "eu-central-1", "nonsense") == ["queue_arn", "role_arn"]
