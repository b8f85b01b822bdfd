package dev.sinter.collector.observation;

import dev.sinter.collector.pairing.Sprt;
import dev.sinter.planner.graph.CallKind;

/**
 * From evidence to a call kind. Timing can only reject: a label says what was not refuted, and the judge has the last
 * word on what is fused because of it. RATIONALE.md tells why each step is as it is.
 *
 * <ol>
 *   <li>Calls end after their request (SPRT, 5 % against 0.2 %): ASYNC. Undecided: UNKNOWN.
 *   <li>What the request does next does not move with the call's duration: ASYNC.
 *   <li>The request waits for hardly any of the calls (below 5 %, 95 % sure): ASYNC.
 *   <li>It waits for most (80 %): BLOCKING; for some: PARALLEL.
 *   <li>Where no call's place is known, counting may still show that requests are elsewhere when it ends: ASYNC.
 * </ol>
 */
final class KindRule {

    private static final long CLEAN_AFTER_COUNTER_EXAMPLE = 66;
    private static final long ENOUGH_PLACED = 30;
    private static final long ENOUGH_COUNTED = 94;
    private static final long ENOUGH_FOR_SLOPE = 36;

    private static final double SERIAL_SHARE = 0.8;
    private static final double NEGLIGIBLE_SHARE = 0.05;
    private static final double NOT_WORTH_FUSING_SHARE = 0.2;

    private static final double HALF_SLOPE = 0.5;
    private static final double SLOPE_Z = 3;
    private static final double LEAST_DEVIATION_MS = 2;
    private static final double LEAST_RELATIVE_DEVIATION = 0.05;

    /** A request that would also have waited, had a longer call not hidden it, looks the same. */
    private static final double NEVER_SEEN_WAITING = 0.8;

    /** Load that slows both callee and caller bends slopes. */
    private static final double NO_DEPENDENCE = 0.9;

    /** No number of calls makes timing surer than this. */
    private static final double MOST = 0.999;

    /**
     * A label.
     *
     * @param samples calls behind it
     * @param share of the call's time that the request waited, 0 while unknown
     */
    record Label(CallKind kind, double confidence, long samples, double share) {}

    private KindRule() {}

    static Label label(KindEvidence evidence) {
        double logRatio = evidence.outlived * Sprt.VIOLATION + (evidence.tried - evidence.outlived) * Sprt.CLEAN;
        if (logRatio >= Sprt.BOUND) {
            return new Label(CallKind.ASYNC, probability(logRatio), evidence.tried, 0);
        }
        if (evidence.placed < ENOUGH_PLACED) {
            return byCounting(evidence);
        }
        boolean demoted = evidence.outlived > 0 && evidence.sinceOutlived < CLEAN_AFTER_COUNTER_EXAMPLE;
        return logRatio > -Sprt.BOUND || demoted ? unknown(evidence) : byPlace(evidence, probability(-logRatio));
    }

    private static Label byPlace(KindEvidence evidence, double confidence) {
        double share = share(evidence);
        if (goesOnRegardless(evidence.continuation)) {
            return new Label(CallKind.ASYNC, NO_DEPENDENCE, evidence.continuation.count(), 0);
        }
        if (Wilson.upper(evidence.waitedFor, evidence.placed) < NEGLIGIBLE_SHARE) {
            return new Label(CallKind.ASYNC, NEVER_SEEN_WAITING, evidence.placed, share);
        }
        if (share >= SERIAL_SHARE) {
            return new Label(CallKind.BLOCKING, confidence, evidence.tried, share);
        }
        return Wilson.lower(evidence.waitedFor, evidence.placed) > NEGLIGIBLE_SHARE
                ? new Label(CallKind.PARALLEL, confidence, evidence.tried, share)
                : unknown(evidence);
    }

    private static boolean goesOnRegardless(Regression continuation) {
        return continuation.count() >= ENOUGH_FOR_SLOPE
                && continuation.deviationX()
                        >= Math.max(LEAST_DEVIATION_MS, LEAST_RELATIVE_DEVIATION * continuation.meanX())
                && continuation.upperSlope(SLOPE_Z) < HALF_SLOPE;
    }

    private static Label byCounting(KindEvidence evidence) {
        if (evidence.counted < ENOUGH_COUNTED) {
            return unknown(evidence);
        }
        // Of n calls that are all covered, n * expected are seen covered; what is missing was waited for.
        double expected = evidence.expectedCovered / evidence.counted;
        double surelyCovered = Wilson.lower(evidence.covered, evidence.counted) / expected;
        return 1 - surelyCovered < NOT_WORTH_FUSING_SHARE
                ? new Label(CallKind.ASYNC, NEVER_SEEN_WAITING, evidence.counted, 0)
                : unknown(evidence);
    }

    private static Label unknown(KindEvidence evidence) {
        return new Label(CallKind.UNKNOWN, 0, evidence.tried, share(evidence));
    }

    private static double share(KindEvidence evidence) {
        return evidence.placed == 0 ? 0 : (double) evidence.waitedFor / evidence.placed;
    }

    private static double probability(double logRatio) {
        return Math.min(MOST, 1 / (1 + Math.exp(-logRatio)));
    }
}
