set -euo pipefail

# -- twice
KEY=$(uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid)

for attempt in first second; do
  curl -sf -i -X POST "$HP_BASE_URL/v1/users" -H "Idempotency-Key: $KEY" \
    -H "taih-tenant-key: $HP_TENANT_KEY" -H "content-type: application/json" \
    -d '{"first_name": "Kim", "external_id": "patient-18"}'
done
