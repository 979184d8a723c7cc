"""What customers said: accounts, contacts, surveys, invitations and responses. Knows neither staff nor cases."""
