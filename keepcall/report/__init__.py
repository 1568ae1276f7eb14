"""From the results of tests to a verdict, to the raw report, and to everything that is rendered from it."""
