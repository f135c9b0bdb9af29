"""Formats of recordings, one file each: `read` follows a whole file and gives back the sound in it."""
