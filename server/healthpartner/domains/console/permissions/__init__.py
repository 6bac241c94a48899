"""What each scope of the console may do: one table, asked for every page and every change."""
