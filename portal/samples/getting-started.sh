set -euo pipefail

# -- credentials
set -a; . .data/sandbox.env; set +a

curl -sf "$HP_BASE_URL/v1/admin/org" -H "taih-tenant-key: $HP_TENANT_KEY"

# -- member
MEMBER_ID=$(curl -sf -X POST "$HP_BASE_URL/v1/users" \
  -H "taih-tenant-key: $HP_TENANT_KEY" -H "content-type: application/json" \
  -d '{"external_id": "patient-17", "first_name": "Robin"}' | jq -r .data.user_id)

TOKEN=$(curl -sf -X POST "$HP_BASE_URL/v1/auth/token" \
  -H "taih-tenant-key: $HP_TENANT_KEY" -H "content-type: application/json" \
  -d "{\"user_id\": \"$MEMBER_ID\"}" | jq -r .data.access_token)

MEMBER="$HP_BASE_URL/v1/users/$MEMBER_ID"
curl -sf "$MEMBER" -H "authorization: Bearer $TOKEN"

# -- queue
sqs() {
  curl -sf "$AWS_ENDPOINT_URL_SQS" --aws-sigv4 "aws:amz:$AWS_REGION:sqs" \
    --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
    -H "content-type: application/x-amz-json-1.0" -H "x-amz-target: AmazonSQS.$1" -d "$2"
}

QUEUE_URL=$(sqs CreateQueue '{"QueueName": "device-data"}' | jq -r .QueueUrl)

curl -sf -X POST "$HP_BASE_URL/v1/admin/org/queues/device_data" \
  -H "taih-tenant-key: $HP_TENANT_KEY" -H "content-type: application/json" \
  -d '{"type": "aws_sqs", "aws_sqs": {
        "queue_arn": "arn:aws:sqs:us-east-1:000000000000:device-data", "region": "us-east-1"}}'

# -- data
NOW=$(date -u +%FT%TZ)
EARLIER=$(date -u -d '1 hour ago' +%FT%TZ)

curl -sf -X POST "$MEMBER/metrics/heart_rate/timeseries" \
  -H "authorization: Bearer $TOKEN" -H "content-type: application/json" \
  -d "{\"data\": [{\"client_id\": \"beat-$NOW\", \"start\": \"$NOW\", \"value\": 72, \"unit\": \"bpm\"}]}"

curl -sf -G "$MEMBER/metrics/heart_rate/timeseries" -H "authorization: Bearer $TOKEN" \
  -d "start_time=$EARLIER" -d "end_time=$(date -u -d '1 minute' +%FT%TZ)"

# -- verify
verified() {  # the message; its event is printed, or nothing when it is not the platform's
  local key ours
  key=$(printf %s "${HP_SIGNING_SECRET#whsec_}" | base64 -d | od -An -vtx1 | tr -d ' \n')
  ours="v1,$(jq -j '.signed_at + "." + .body' <<<"$1" |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)"
  jq -ce --arg ours "$ours" 'select(.signature | split(" ") | index($ours))
    | .event_id as $id | .body | fromjson | select(.event_id == $id)' <<<"$1"
}

# -- receive
EVENT_TYPE=
while [[ $EVENT_TYPE != device.daily_data.updated ]]; do
  MESSAGE=$(sqs ReceiveMessage "{\"QueueUrl\": \"$QUEUE_URL\", \"WaitTimeSeconds\": 5}" | jq -ce '.Messages[0]') || continue
  EVENT=$(verified "$(jq -r .Body <<<"$MESSAGE")")
  EVENT_TYPE=$(jq -r .event_type <<<"$EVENT")
  sqs DeleteMessage "$(jq -c "{QueueUrl: \"$QUEUE_URL\", ReceiptHandle}" <<<"$MESSAGE")"
done
echo "$EVENT"
