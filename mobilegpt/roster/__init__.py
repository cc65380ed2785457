"""Who stands how in a class, and what the class should do next: one answer for REST and sockets (contract 11.1)."""
