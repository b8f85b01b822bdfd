package dev.sinter.planner.judge;

/**
 * A measured difference, fused against original, with an interval that holds at any time of looking.
 *
 * @param estimate relative change, such as −0.1 for a tenth less; NaN before anything was seen
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record Effect(double estimate, double low, double high) {}
