"""The README's samples, executed word for word, one after the other, against a running platform and a real queue."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.parts.ministack import ministack
from tests.support.running import running

README = Path(__file__).parents[1] / "README.md"
SAMPLE = re.compile(r"<!-- sample -->\n```python\n(.*?)```", re.DOTALL)
# What a partner has done before: made a queue, and registered it.
PREPARE = """
import os
from botocore.session import get_session
from healthpartner_sdk import HealthPartner

sqs = get_session().create_client("sqs", region_name="us-east-1", endpoint_url=os.environ["SQS_ENDPOINT"])
os.environ["QUEUE_URL"] = sqs.create_queue(QueueName="account")["QueueUrl"]
block = {"queue_arn": "arn:aws:sqs:us-east-1:000000000000:account", "region": "us-east-1"}
with HealthPartner(os.environ["HP_BASE_URL"], os.environ["HP_TENANT_KEY"]) as partner:
    partner.register_queue("account", type="aws_sqs", aws_sqs=block)
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """One that the operating system user of PostgreSQL may pass through."""
    for part in (tmp_path, tmp_path.parent):
        part.chmod(0o711)
    data = tmp_path / "data"
    data.mkdir(mode=0o711)
    return data


def test_the_samples_do_what_they_show(data_dir: Path) -> None:
    script = "\n".join([PREPARE, *SAMPLE.findall(README.read_text())])
    aws = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
    with ministack() as port:
        endpoint = f"http://127.0.0.1:{port}"
        delivery = {
            "HP_DELIVERY_SQS_ENDPOINT": endpoint,
            "HP_DELIVERY_AWS_ACCESS_KEY": "any",
            "HP_DELIVERY_AWS_SECRET_KEY": "any",
        }
        with running(data_dir, **delivery) as run:
            known = dict(line.split("=", 1) for line in (data_dir / "sandbox.env").read_text().splitlines())
            done = subprocess.run(
                [sys.executable, "-"],
                input=script,
                env={**os.environ, **known, **aws, "HP_BASE_URL": run.url, "SQS_ENDPOINT": endpoint},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )

    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[:2] == ["Robin", "accepted"]
    assert " 61.0 bpm" in said[2]
    assert said[3:5] == ["accepted", "timezone invalid_value"]
    assert said[5].startswith("not_found ")
    assert said[6] == "False"
    assert said[-1].startswith("queue.test ")
