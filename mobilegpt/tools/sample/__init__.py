"""Sample data of the development profile: lessons, people and past classes, and what puts them into the database."""
