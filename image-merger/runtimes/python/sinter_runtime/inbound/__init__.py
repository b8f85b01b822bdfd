"""The fused port: what comes from outside the workload."""
