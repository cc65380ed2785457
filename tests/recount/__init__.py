"""Every number that is shown of a class, against a recount from what was told of it."""
