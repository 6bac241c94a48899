set -euo pipefail

# -- patient
# curl waits as long as Retry-After says, up to five times.
curl -sf --retry 5 "$HP_BASE_URL/v1/metrics" -H "taih-tenant-key: $HP_TENANT_KEY" -o metrics.json
