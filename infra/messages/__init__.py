"""What goes over Kafka, both ways: events, judgements, facts of other systems, dead letters, and the topics of all of them.

Knows the forms of messages. Must not know the client: that is `infra.kafka`.
"""
