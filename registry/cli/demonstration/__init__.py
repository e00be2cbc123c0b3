"""Data to try the registry with: firms that do not exist, and five years of their cases.

Nothing is written around the services: every case went through the same functions that the pages call, as the
people who may call them, at the time when it happened. See `stage` for how time passes, `plan` for who does
what.
"""
