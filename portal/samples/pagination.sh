set -euo pipefail

# -- all
CURSOR=
while
  PAGE=$(curl -sf -G "$HP_BASE_URL/v1/admin/org/audit-log" -H "taih-tenant-key: $HP_TENANT_KEY" \
    -d limit=100 ${CURSOR:+--data-urlencode "cursor=$CURSOR"})
  jq -r '.data[].action' <<<"$PAGE"
  CURSOR=$(jq -r '.pagination.next_cursor // empty' <<<"$PAGE")
  [[ -n $CURSOR ]]
do :; done
