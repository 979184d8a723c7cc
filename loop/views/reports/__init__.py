"""The pages of figures, each for what its reader may see: one module a report, on top of `page`."""
