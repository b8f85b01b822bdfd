package dev.sinter.planner.judge;

/**
 * A measured difference, fused against original, with an interval that holds at any time of looking.
 *
 * @param estimate change, such as −0.1 for a tenth less; NaN before anything was seen
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record Effect(double estimate, double low, double high) {
    static final Effect UNKNOWN = new Effect(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** Whether the interval lies between −{@code margin} and {@code margin}. */
    boolean isWithin(double margin) {
        return low >= -margin && high <= margin;
    }
}
