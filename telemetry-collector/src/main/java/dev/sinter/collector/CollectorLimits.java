package dev.sinter.collector;

/**
 * Bounds of a {@link Collector}'s memory. What exceeds them is dropped and counted.
 *
 * @param queuedSpans spans decoded but not yet aggregated; more are refused as overload
 * @param pods proxies whose spans are paired at a time
 * @param spansPerPod spans kept per proxy for pairing
 * @param unlinkedCalls calls that wait for their other side's span
 * @param cells statistics kept (functions, edges and arms, times buckets); the oldest bucket goes first
 */
public record CollectorLimits(int queuedSpans, int pods, int spansPerPod, int unlinkedCalls, int cells) {

    /** About 250 MB when all are reached. */
    public static final CollectorLimits DEFAULT = new CollectorLimits(200_000, 2_000, 20_000, 200_000, 50_000);

    public CollectorLimits {
        requirePositive("queuedSpans", queuedSpans);
        requirePositive("pods", pods);
        requirePositive("spansPerPod", spansPerPod);
        requirePositive("unlinkedCalls", unlinkedCalls);
        requirePositive("cells", cells);
    }

    private static void requirePositive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException("SNT0401 " + name + ": " + value + " (expected: > 0)");
        }
    }
}
