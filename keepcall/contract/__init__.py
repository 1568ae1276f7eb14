"""Values that all else is about: requirement, target, call, request, exchange, outcome; and the model."""
