"""What leaves as a table: everything in view, a thousand rows at a time, and files that the imports read back."""
