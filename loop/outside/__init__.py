"""How does Loop reach an address that somebody gave it, without being led inside?

`public_addresses` says where a connection may go, `asking` makes one request. Webhooks, survey tools that tell by id
and files that are fetched regularly go through here.
"""
