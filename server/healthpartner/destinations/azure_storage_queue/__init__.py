"""A queue in an Azure Storage account of the partner's, reached with a shared access signature."""
