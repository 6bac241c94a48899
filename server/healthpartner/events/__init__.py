"""What every event is, and how one is recorded in the transaction of the change that it tells of."""
