"""The dashboard: thin Streamlit pages over the queries of `qa.store`; no SQL and no scoring here."""
