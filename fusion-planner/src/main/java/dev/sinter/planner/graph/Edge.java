package dev.sinter.planner.graph;

/**
 * Calls from one function to another over a window.
 *
 * @param from caller
 * @param to callee
 * @param ratePerSecond calls
 * @param kind how the caller treats the response
 * @param confidence in {@code kind}, 0 to 1
 * @param samples resolved pairs behind {@code kind}
 * @param criticalShare share of the callee's time that lies on the caller's critical path, 0 to 1
 * @param hopMs what the remote hop adds: client minus server duration, at least 0
 * @param calleeMs server-side duration; evidence only
 */
public record Edge(
        String from,
        String to,
        double ratePerSecond,
        CallKind kind,
        double confidence,
        long samples,
        double criticalShare,
        double hopMs,
        double calleeMs) {

    public Edge {
        Figures.requireAmount(ratePerSecond, "ratePerSecond of edge ", from, " -> ", to);
        Figures.requireShare(confidence, "confidence of edge ", from, " -> ", to);
        Figures.requireAmount((double) samples, "samples of edge ", from, " -> ", to);
        Figures.requireShare(criticalShare, "criticalShare of edge ", from, " -> ", to);
        Figures.requireAmount(hopMs, "hopMs of edge ", from, " -> ", to);
        Figures.requireAmount(calleeMs, "calleeMs of edge ", from, " -> ", to);
    }
}
