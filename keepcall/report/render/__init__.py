"""All that is rendered from the raw report."""
