package dev.sinter.planner.judge;

import java.time.Duration;
import java.time.Instant;

/**
 * Both arms over the same stretch of time, on the same route split by weight.
 *
 * @param start of the bucket
 * @param length of the bucket
 * @param fusedWeight share of requests that the route sends to the fused arm, 0 to 1
 * @param original the arm of the original functions
 * @param fused the arm of the fused workload
 */
public record PairedBucket(Instant start, Duration length, double fusedWeight, ArmBucket original, ArmBucket fused) {}
