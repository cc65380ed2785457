"""What is wrong, and what to say: reads the evidence of a help request and makes an answer (contract 8.4).

An answer that helped before comes first (``memory``), then a language model where one is configured (``model``), then
the rules of ``findings`` and ``local``, which need nobody else.
"""
