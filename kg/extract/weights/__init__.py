"""The shipped weights of the encoder and its heads: data only, read by `kg.extract.tagger`."""
