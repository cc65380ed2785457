"""R42–R47: recordings and the draft of a lesson made of one (contract 8.5)."""
