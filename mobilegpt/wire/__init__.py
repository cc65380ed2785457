"""Wire shapes that a REST family and a socket share: each exists once. Imports no Django."""
