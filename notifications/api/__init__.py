"""The calls of the API that are about telling other systems."""
