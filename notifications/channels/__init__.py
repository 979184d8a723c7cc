"""By which ways does a message reach its reader? One module a channel, each behind the same `send`."""
