"""What a step expects of a phone, and what a phone's events say about it. Pure: no database, no model, no Django."""
