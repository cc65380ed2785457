"""What everything may use: refusals with codes, the actor, the clock, texts, addresses. Knows no database."""
