"""Certificates of conformity: what is signed, how it looks, and how it is verified."""
