"""Wire shapes and refusals that REST families and sockets share: each exists once. Imports no Django."""
