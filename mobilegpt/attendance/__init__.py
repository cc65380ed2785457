"""Who was in a class, from when to when, and what they did: the sheet that a centre is paid for (contract 11.6)."""
