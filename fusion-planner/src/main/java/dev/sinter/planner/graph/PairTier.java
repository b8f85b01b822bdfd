package dev.sinter.planner.graph;

/** The strongest tier that an unordered pair of functions may share. */
public record PairTier(String first, String second, Tier tier) {}
