"""Where extraction runs: in this process or in a pool of local processes."""
