"""The console's pages, a module per subject; importing them declares them."""
