"""Questions in and out in the formats of other question banks, one file for each format.

Readers take the bytes of a file and return what they understood (`Drafted`) and all that is to be said about the rest
(`Finding`), in one pass. Writers take questions and return bytes and what the format could not hold. Nothing here
touches a database.
"""
