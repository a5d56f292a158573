"""The recipe of the attribution reader: PolNeAR and MiniLM-L6 in, int8 weights and a model card out."""
