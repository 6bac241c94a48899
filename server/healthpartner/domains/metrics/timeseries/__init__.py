"""Sub-daily series of one metric: partners' samples in, each known by the partner's own id; rows or buckets out."""
