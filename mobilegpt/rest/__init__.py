"""The REST surface: one module per family; owns shapes and statuses, no rules."""
