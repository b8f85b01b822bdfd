package dev.sinter.collector.observation;

/** Wilson's score bounds of a rate, each one-sided at 95 %. */
final class Wilson {

    private static final double Z = 1.6449;

    private Wilson() {}

    static double upper(long hits, long trials) {
        return trials == 0 ? 1 : Math.min(1, bound(hits, trials, Z));
    }

    static double lower(long hits, long trials) {
        return trials == 0 ? 0 : Math.max(0, bound(hits, trials, -Z));
    }

    private static double bound(long hits, long trials, double z) {
        double n = trials;
        double rate = hits / n;
        double centre = rate + z * z / (2 * n);
        double spread = z * Math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
        return (centre + spread) / (1 + z * z / n);
    }
}
