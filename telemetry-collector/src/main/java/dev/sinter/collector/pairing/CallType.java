package dev.sinter.collector.pairing;

import dev.sinter.collector.hop.Hop;

/** What one pod's calls from one function to one callee have in common. Not thread-safe. */
final class CallType {

    private static final int ENOUGH = 94;

    /** Calls that end after their request. */
    final Sprt outlives = new Sprt();

    /** Calls that contradict the rule for pods serving one request at a time. */
    final Sprt notSerial = new Sprt();

    private long placed;
    private long overlappedOwnKind;
    private long controls;
    private long controlsCovered;
    private double totalNanos;

    void seen(Hop call) {
        totalNanos += call.durationNanos();
    }

    void placedInRequest(boolean overlapsOwnKind) {
        placed++;
        if (overlapsOwnKind) {
            overlappedOwnKind++;
        }
    }

    void control(boolean covered) {
        controls++;
        if (covered) {
            controlsCovered++;
        }
    }

    /** Whether a request is for certain under way while such a call is, and has only one such call at a time. */
    boolean countsRequests() {
        return outlives.accepted() && placed >= ENOUGH && overlappedOwnKind == 0;
    }

    /** How often all requests are inside such calls at a moment when one of them is for certain; 0 while unknown. */
    double expectedCover() {
        return controls < ENOUGH ? 0 : (double) controlsCovered / controls;
    }

    double totalNanos() {
        return totalNanos;
    }
}
