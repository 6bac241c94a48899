"""Who did what to whose data and when. Entries are added with the change that they tell of, and name no values."""
