"""Events from commit to socket: outbox, streams, brokers, hub, dialects, connections."""
