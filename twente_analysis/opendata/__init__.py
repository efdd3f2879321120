"""Published open-data files and responses -> the same tidy frames as the documents give."""
