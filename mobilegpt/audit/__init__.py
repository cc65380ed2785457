"""Who did what: kept, and changed by nobody (reliability X18)."""
