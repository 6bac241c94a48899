"""How a domain declares its HTTP operations: the endpoint decorator, the envelopes and the page parameters."""
