"""What every domain may use: errors, the actor, the clock, idempotency, throttling. Knows no HTTP and no JSON."""
