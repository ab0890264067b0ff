"""The target's adapters, against servers that send scripted bytes over real sockets."""
