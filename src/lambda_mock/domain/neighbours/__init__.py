"""What Lambda asks of other services, and how it refuses what isn't there.

`port` holds the questions, `neighbourhood` finds out who answers them, and the other modules are Lambda's rules about
the answers. What nobody can answer is believed: only a neighbour that really keeps queues can say that one is missing.
"""
