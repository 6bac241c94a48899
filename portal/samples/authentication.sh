set -euo pipefail

# -- token
curl -sf -X POST "$HP_BASE_URL/v1/auth/token" \
  -H "taih-tenant-key: $HP_TENANT_KEY" -H "content-type: application/json" \
  -d "{\"user_id\": \"$HP_USER_ID\", \"scope\": \"member:read\"}"

# -- rotate
curl -sf -X POST "$HP_BASE_URL/v1/auth/tenant-key/rotate" \
  -H "taih-tenant-key: $HP_TENANT_KEY" -H "content-type: application/json" \
  -d '{"grace_period_seconds": 86400}'
