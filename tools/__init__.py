"""What keeps the generated parts of this repository current: contracts, configuration pages, the dependency page."""
