"""The REST API: how other systems tell Loop things and ask it. Each call checks its input and makes one domain call."""
