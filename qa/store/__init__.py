"""Where calls, transcripts, findings and scorecards are kept: SQLite by default, PostgreSQL by URL."""
