set -euo pipefail

# -- member
MADE=$(curl -sf -X POST "$HP_BASE_URL/v1/sandbox/members" \
  -H "taih-tenant-key: $HP_TENANT_KEY" -H "content-type: application/json" \
  -d '{"persona": "shift_worker", "seed": 42, "months": 6}')
MEMBER="$HP_BASE_URL/v1/users/$(echo "$MADE" | jq -r .data.user_id)"
JOB=$(echo "$MADE" | jq -r .data.job_id)

TOKEN=$(curl -sf -X POST "$HP_BASE_URL/v1/auth/token" \
  -H "taih-tenant-key: $HP_TENANT_KEY" -H "content-type: application/json" \
  -d "{\"user_id\": \"$(echo "$MADE" | jq -r .data.user_id)\"}" | jq -r .data.access_token)

until [ "$(curl -sf "$MEMBER/jobs/$JOB" -H "authorization: Bearer $TOKEN" | jq -r .data.status)" = completed ]; do
  sleep 1
done

# -- clock
curl -sf -X POST "$HP_BASE_URL/v1/sandbox/clock/advance" \
  -H "taih-tenant-key: $HP_TENANT_KEY" -H "content-type: application/json" \
  -d '{"seconds": 86400}'

# -- fault
curl -sf -X PUT "$HP_BASE_URL/v1/sandbox/queues/device_data/fault" \
  -H "taih-tenant-key: $HP_TENANT_KEY" -H "content-type: application/json" \
  -d '{"fault": "throttled"}' || echo "device_data has no queue yet"
