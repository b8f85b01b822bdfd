package dev.sinter.planner.explain;

/**
 * One part of a figure.
 *
 * @param what it is, for people
 * @param value in the figure's unit
 */
public record Term(String what, double value) {}
