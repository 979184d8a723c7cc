"""The calls, a module per noun. Each checks its input and makes one domain call; every rule is below, for all doors."""
