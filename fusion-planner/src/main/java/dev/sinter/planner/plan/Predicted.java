package dev.sinter.planner.plan;

/**
 * What a plan is worth, as the plan contract defines it.
 *
 * @param latencyMs mean over requests from outside, 0 without such
 * @param gbSecondsPerSecond GB-seconds used per second
 * @param residentMiB memory of all instances with their proxies
 */
public record Predicted(double latencyMs, double gbSecondsPerSecond, double residentMiB) {}
