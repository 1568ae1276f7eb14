"""Tolerant parsers of answers: bytes, charsets, XML, HTML and text."""
