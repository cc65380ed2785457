"""The language model: asking it within a budget, without people's data, and what of its answers may be shown."""
