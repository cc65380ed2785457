"""What of a person is never stored: personal data in texts, and apps that nobody looks into (contract 8.1)."""
