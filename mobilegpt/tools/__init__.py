"""What is run by people and not by the server: commands, documents, sample data, a client, a simulated class."""
