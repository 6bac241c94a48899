"""TCX: activities as Garmin's Training Center and its successors export them."""
