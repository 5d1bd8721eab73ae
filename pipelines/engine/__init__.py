"""Where extraction runs: in this process, in a pool of local processes, or on a cluster."""
