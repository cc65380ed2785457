"""Pictures of steps and lectures: kept, marked, hidden places painted over, sent from a phone (contract 11.11)."""
