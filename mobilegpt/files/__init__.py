"""Files that come from people: which they are, drawn anew or told by content, and where they are stored."""
