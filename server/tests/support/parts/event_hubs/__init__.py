"""An Event Hubs of our own: AMQP 1.0 by Apache Qpid Proton, with Azure's tokens, addresses and errors on top."""
