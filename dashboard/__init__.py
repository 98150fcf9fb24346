"""The care team's board: Streamlit pages, two small components, the server around them."""
