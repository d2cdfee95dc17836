"""Documents for people, written from contracts and lineage: values in, texts out; no clock, no files, no data."""
