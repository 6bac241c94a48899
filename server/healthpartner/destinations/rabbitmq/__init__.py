"""A RabbitMQ exchange of the partner's, published to with confirms so that a message is stored or refused, never lost."""
