"""Facts that happened: emitted in a transaction, stored in streams, carried between processes. Knows no domain."""
