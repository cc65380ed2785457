"""Every frame that the server sends, written down: ``golden/W1.json`` to ``W11.json`` without ``rt.v1``, and
``golden/rt.v1.json`` for what clients that opt in get besides.

    python -m tests.contract.frames      write them anew, after a change that is meant

``events`` has an instance of every event, ``broadcast`` publishes each to the real sockets of everybody who may open
them (``doors``), ``script`` is what clients say and what they are answered, ``normal`` makes runs alike, ``keys`` tells
what the documents and the contract allow.
"""
