"""In which country is this installation at home? Whose holidays its calendar has, and how its people dial."""

COUNTRY_OF_ZONE = {
    "Europe/Stockholm": "SE",
    "Europe/Oslo": "NO",
    "Europe/Copenhagen": "DK",
    "Europe/Helsinki": "FI",
    "Atlantic/Reykjavik": "IS",
    "Europe/Berlin": "DE",
    "Europe/London": "GB",
}
