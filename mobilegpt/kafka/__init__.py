"""The line to Apache Kafka: optional, and never waited for."""
