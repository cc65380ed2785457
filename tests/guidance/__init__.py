"""What a phone's events mean, and where its person is with a step."""
