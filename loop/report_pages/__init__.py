"""What stands on each page of reports: its figures, and the same as tables for files and mails."""
