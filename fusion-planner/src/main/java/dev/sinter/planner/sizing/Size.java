package dev.sinter.planner.sizing;

/**
 * What one instance is given.
 *
 * @param memoryMiB limit of its working set
 * @param cpuMillicores limit of its CPU
 */
public record Size(double memoryMiB, double cpuMillicores) {}
