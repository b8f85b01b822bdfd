package dev.sinter.control.demo;

/** What one call costs its caller beyond the callee's own time, in milliseconds. */
public record HopMs(double p50Ms, double p95Ms, double p99Ms) {}
