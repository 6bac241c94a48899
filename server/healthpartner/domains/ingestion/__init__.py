"""From a file or feed of a provider to stored samples: imports of whole exports run as jobs."""
