"""The calls of the API that are about what is told: to our people, to customers, to other systems."""
