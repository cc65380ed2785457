"""What a learner has done of a lecture, with achievements and encouragement (contract 7.6)."""
