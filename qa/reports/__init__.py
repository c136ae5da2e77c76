"""Period reports: from a shift's hand-over to a year, per team and agent, as XLSX, HTML or CSV.

`period` says when, `cube` asks the store, `figures` holds the sums, `change` explains the difference to the period
before, `tables` words it all, and `xlsx`, `html` and `plain` draw the tables.
"""
