package dev.sinter.planner.solve;

/**
 * The least time of every function known so far, callees first. On call cycles calls that lead back take the least time
 * thinkable. Not safe for use by several threads.
 */
final class LeastTimes {
    private final Model model;
    private final VisitBound visit;
    private final int[] rank;
    private final double[] leastMs;
    private final double[] gainMs;

    LeastTimes(Model model) {
        this.model = model;
        visit = new VisitBound(model);
        leastMs = visit.timeMs.clone();
        gainMs = new double[model.size];
        rank = new int[model.size];
        int next = 0;
        for (int[] component : model.waitOrder) {
            for (int f : component) {
                rank[f] = next++;
            }
        }
    }

    /** Place in an order with callees first. */
    int rank(int f) {
        return rank[f];
    }

    /** What the best group of {@code f} saves of its time with all calls remote. */
    double gainMs(int f) {
        return gainMs[f];
    }

    double leastMs(int f) {
        return leastMs[f];
    }

    /** Notes that no group of {@code f} saves more. */
    void set(int f, double gain) {
        gainMs[f] = gain;
        leastMs[f] = remoteMs(f) - gain;
    }

    private double remoteMs(int f) {
        double sum = model.busyMs[f];
        for (int pair : model.out[f]) {
            boolean back = rank[model.to[pair]] >= rank[f];
            sum += back ? visit.hop(pair) : model.hopMs[pair];
            sum += model.wait[pair] * (back ? visit.timeMs[model.to[pair]] : leastMs[model.to[pair]]);
        }
        return sum;
    }

    /** What a local call saves per request of the caller with this local hop, its callee's copy being as fast as its home. */
    double savedMs(int pair, double localHopMs) {
        boolean forward = model.mayBeLocal[pair] && rank[model.to[pair]] < rank[model.from[pair]];
        return forward ? model.hopMs[pair] - model.wait[pair] * localHopMs : 0;
    }

    /** At most what a local call saves, in whatever tier. */
    double mostSavedMs(int pair) {
        return savedMs(pair, visit.leastLocalHopMs);
    }

    /** No plan has a smaller latency. */
    double boundMs() {
        double sum = 0;
        for (int f = 0; f < model.size; f++) {
            sum += model.timeWeight[f] * leastMs[f];
        }
        return sum;
    }
}
