"""Codes of entries that are no sample of one metric, beyond those of metrics, so that their ids are told apart."""

ACTIVITY_SUMMARY = 10_001
BODY_SUMMARY = 10_002
SLEEP_SUMMARY = 10_003
WORKOUTS_SUMMARY = 10_004
