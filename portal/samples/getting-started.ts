// -- credentials
const base = process.env.HP_BASE_URL!;
const tenant = { "taih-tenant-key": process.env.HP_TENANT_KEY! };

async function call(method: string, url: string, headers: Record<string, string>, body?: unknown) {
  const answer = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { data: any }).data;
}

console.log(await call("GET", `${base}/v1/admin/org`, tenant));

// -- member
const robin = await call("POST", `${base}/v1/users`, tenant, { external_id: "patient-17", first_name: "Robin" });
const token = await call("POST", `${base}/v1/auth/token`, tenant, { user_id: robin.user_id });

const member = { authorization: `Bearer ${token.access_token}` };
console.log(await call("GET", `${base}/v1/users/${robin.user_id}`, member));

// -- queue
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const sqs = new SQSClient();
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "device-data" }));

const queue = { queue_arn: "arn:aws:sqs:us-east-1:000000000000:device-data", region: "us-east-1" };
console.log(await call("POST", `${base}/v1/admin/org/queues/device_data`, tenant, { type: "aws_sqs", aws_sqs: queue }));

// -- data
const heartRate = `${base}/v1/users/${robin.user_id}/metrics/heart_rate/timeseries`;
const now = new Date();
const beat = { client_id: `beat-${now.getTime()}`, start: now.toISOString(), value: 72, unit: "bpm" };
console.log(await call("POST", heartRate, member, { data: [beat] }));

const span = new URLSearchParams({
  start_time: new Date(now.getTime() - 3_600_000).toISOString(),
  end_time: new Date(now.getTime() + 60_000).toISOString(),
});
console.log(await call("GET", `${heartRate}?${span}`, member));

// -- verify
import { createHmac, timingSafeEqual } from "node:crypto";

/** The event in a message; throws when it is not the platform's. */
function verified(message: string, secret: string) {
  const envelope = JSON.parse(message);
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const mac = createHmac("sha256", key).update(`${envelope.signed_at}.${envelope.body}`).digest("base64");
  const ours = Buffer.from(`v1,${mac}`);
  const signatures: Buffer[] = envelope.signature.split(" ").map((text: string) => Buffer.from(text));
  if (!signatures.some((theirs) => theirs.length === ours.length && timingSafeEqual(theirs, ours))) {
    throw new Error("not signed by the platform");
  }
  const event = JSON.parse(envelope.body);
  if (event.event_id !== envelope.event_id) throw new Error("not the event that it says");
  return event;
}

// -- receive
let event: any;
while (event?.event_type !== "device.daily_data.updated") {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  for (const { Body, ReceiptHandle } of Messages) {
    event = verified(Body!, process.env.HP_SIGNING_SECRET!);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
console.log(event);
