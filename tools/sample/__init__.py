"""The invented sample organisation; see tools/make_sample.py."""
