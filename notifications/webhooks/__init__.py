"""Other systems are told what happened, after the Standard Webhooks specification: docs/webhooks.md."""
