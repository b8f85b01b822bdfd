package dev.sinter.collector.observation;

/**
 * A distribution of durations in milliseconds; each quantile within 1 % of the true value.
 *
 * @param count durations, at least 1
 * @param meanMs arithmetic mean
 * @param p50Ms median
 * @param p95Ms 95th percentile
 * @param p99Ms 99th percentile
 */
public record Quantiles(long count, double meanMs, double p50Ms, double p95Ms, double p99Ms) {}
