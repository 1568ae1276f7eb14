"""What is tested: situations, property tests, observations, and the engine that executes them."""
