package dev.sinter.collector.observation;

/** What speaks for and against each call kind of one edge, summed over time. Not thread-safe. */
final class KindEvidence {

    /** Calls whose request is known well enough to say whether they outlived it, and those that did. */
    long tried;

    long outlived;

    /** Of {@link #tried}, those after the last that outlived its request. */
    long sinceOutlived;

    long lastOutlivedNanos = Long.MIN_VALUE;

    /** Calls whose place in their request is known, and those that the request waited for. */
    long placed;

    long waitedFor;

    /** What the request did next after the call's start, over the call's duration (ms), where it waited. */
    final Regression continuation = new Regression();

    /** Calls of unknown request, those whose request was for certain inside another call, and how many would be if all were. */
    long counted;

    long covered;
    double expectedCovered;

    void tried(boolean outlivedRequest, long endNanos) {
        tried++;
        if (outlivedRequest) {
            outlived++;
            sinceOutlived = 0;
            lastOutlivedNanos = Math.max(lastOutlivedNanos, endNanos);
        } else {
            sinceOutlived++;
        }
    }

    void placed(boolean wasWaitedFor, double callMs, double continuedAfterMs) {
        placed++;
        if (wasWaitedFor) {
            waitedFor++;
            continuation.add(callMs, continuedAfterMs);
        }
    }

    void counted(boolean wasCovered, double expected) {
        counted++;
        expectedCovered += expected;
        if (wasCovered) {
            covered++;
        }
    }

    /** Adds evidence of a later time. */
    void add(KindEvidence later) {
        sinceOutlived = later.outlived > 0 ? later.sinceOutlived : sinceOutlived + later.sinceOutlived;
        tried += later.tried;
        outlived += later.outlived;
        lastOutlivedNanos = Math.max(lastOutlivedNanos, later.lastOutlivedNanos);
        placed += later.placed;
        waitedFor += later.waitedFor;
        continuation.add(later.continuation);
        counted += later.counted;
        covered += later.covered;
        expectedCovered += later.expectedCovered;
    }
}
