"""What Hearth can do, one file each."""
