"""The candidate's screens, served on this machine's loopback address only."""
