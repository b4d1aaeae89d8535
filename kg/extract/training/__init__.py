"""Making the model again from annotated papers and unlabelled abstracts: needs PyTorch (`paperkg[train]`)."""
