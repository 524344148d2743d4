"""Backstep's own Python code: running programs, answering the oracle."""
