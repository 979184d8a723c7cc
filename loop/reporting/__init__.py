"""Reads that aggregate: how fast and how well we follow up, and whether it helps."""
