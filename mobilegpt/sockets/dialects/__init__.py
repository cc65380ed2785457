"""One dialect per kind of socket: how it writes events and reads commands. Imports no Django."""
