"""A whole class against a running server: real sockets and HTTP, as many phones as one machine can be.

``conductor`` is the instructor, ``crowd`` a process full of phones, ``report`` what came of it. Imports nothing of the
server; the phones are ``mobilegpt.tools.client`` on a lighter socket.
"""
