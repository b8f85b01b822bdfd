package dev.sinter.merger;

/** Calls from {@code caller} to {@code callee} stay inside the fused workload. */
public record LocalPair(String caller, String callee) {}
