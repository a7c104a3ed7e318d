"""The project's measurements: cnnlib against itself, against its peers, and against the machine."""
