"""What each component can tell and do: one small file a component, joined in a table."""
