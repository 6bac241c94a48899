set -euo pipefail

TOKEN=$(curl -sf -X POST "$HP_BASE_URL/v1/auth/token" -H "taih-tenant-key: $HP_TENANT_KEY" \
  -H "content-type: application/json" -d "{\"user_id\": \"$HP_USER_ID\"}" | jq -r .data.access_token)
MEMBER="$HP_BASE_URL/v1/users/$HP_USER_ID"

# -- read
curl -sf -G "$MEMBER/metrics/heart_rate/timeseries" -H "authorization: Bearer $TOKEN" \
  -d "start_time=$(date -u -d '7 days ago' +%FT%TZ)" -d "end_time=$(date -u +%FT%TZ)" -d granularity=one_day

# -- write
curl -sf -X POST "$MEMBER/metrics/glucose/timeseries" \
  -H "authorization: Bearer $TOKEN" -H "content-type: application/json" \
  -d '{"data": [
        {"client_id": "meter-4711", "start": "2026-03-14T07:30:00Z", "value": 98, "unit": "mg/dL"},
        {"client_id": "meter-4712", "start": "2026-03-14T12:10:00Z", "value": 131, "unit": "mg/dL"}]}'
