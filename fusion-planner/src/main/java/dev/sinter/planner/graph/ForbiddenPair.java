package dev.sinter.planner.graph;

/** An unordered pair of functions that must never share a workload. */
public record ForbiddenPair(String first, String second) {}
