"""Everything measured of a member as Parquet files, for other tools and for coming back. Needs the extra `parquet`."""
