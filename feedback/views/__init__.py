"""The pages customers open from our mails. They work without scripts and set no cookies."""
