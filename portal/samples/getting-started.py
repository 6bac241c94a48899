# -- credentials
import os

import httpx

platform = httpx.Client(
    base_url=os.environ["HP_BASE_URL"],
    headers={"taih-tenant-key": os.environ["HP_TENANT_KEY"]},
    event_hooks={"response": [httpx.Response.raise_for_status]},
)
print(platform.get("/v1/admin/org").json()["data"])

# -- member
robin = platform.post("/v1/users", json={"external_id": "patient-17", "first_name": "Robin"}).json()["data"]
token = platform.post("/v1/auth/token", json={"user_id": robin["user_id"]}).json()["data"]

member = httpx.Client(
    base_url=f"{os.environ['HP_BASE_URL']}/v1/users/{robin['user_id']}",
    headers={"authorization": f"Bearer {token['access_token']}"},
    event_hooks={"response": [httpx.Response.raise_for_status]},
)
print(member.get("").json()["data"])

# -- queue
import boto3

sqs = boto3.client("sqs", region_name=os.environ["AWS_REGION"])
queue_url = sqs.create_queue(QueueName="device-data")["QueueUrl"]

queue = {"queue_arn": "arn:aws:sqs:us-east-1:000000000000:device-data", "region": "us-east-1"}
print(platform.post("/v1/admin/org/queues/device_data", json={"type": "aws_sqs", "aws_sqs": queue}).json()["data"])

# -- data
from datetime import UTC, datetime, timedelta

now = datetime.now(UTC)
beat = {"client_id": f"beat-{now.timestamp()}", "start": now.isoformat(), "value": 72, "unit": "bpm"}
print(member.post("/metrics/heart_rate/timeseries", json={"data": [beat]}).json()["data"])

window = {"start_time": (now - timedelta(hours=1)).isoformat(), "end_time": (now + timedelta(minutes=1)).isoformat()}
print(member.get("/metrics/heart_rate/timeseries", params=window).json()["data"])

# -- verify
import base64
import hashlib
import hmac
import json


def verified(message: str, secret: str) -> dict:
    """The event in a message, or ValueError when it is not the platform's."""
    envelope = json.loads(message)
    signed = f"{envelope['signed_at']}.{envelope['body']}".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    ours = b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
    if not any(hmac.compare_digest(ours, theirs.encode()) for theirs in envelope["signature"].split()):
        raise ValueError("not signed by the platform")
    event = json.loads(envelope["body"])
    if event["event_id"] != envelope["event_id"]:
        raise ValueError("not the event that it says")
    return event


# -- receive
event = {}
while event.get("event_type") != "device.daily_data.updated":
    for message in sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=5).get("Messages", []):
        event = verified(message["Body"], os.environ["HP_SIGNING_SECRET"])
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
print(event)
