"""How the tables of a database become those of this program, and back: one Alembic revision a change.

A new one: change the models, then `python -m qa.store.migrations "what it does"` writes a draft into `versions/`.
What a downgrade would throw away is put aside (`aside`), so that a later upgrade brings it back.
"""
