"""An Azure event hub of the partner's, over AMQP with a shared access signature, with the member as partition key."""
