"""Files: uploads, documents and exports, kept sealed on our own disk or in an S3-compatible bucket."""
