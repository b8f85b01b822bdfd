package dev.sinter.collector.pairing;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells by counting that a call was not the last of its request, without knowing which request that is. Not
 * thread-safe.
 *
 * <p>If, at the moment a call ends, as many calls of another type are under way as requests, and a request never has
 * two of that type at a time, then every request is inside one, the call's own too: it waits for that, not for the
 * call. How often that is seen must be compared with how often all requests are inside such a call when one of them is
 * for certain (the control: random moments within those calls), since the other requests come and go.
 */
final class Cover {

    /** Below this the count says too little about the one request that matters. */
    private static final double LEAST_EXPECTED = 0.2;

    private final Timeline<Request> requests;
    private final Timeline<Call> calls;

    /** One count. */
    record Count(boolean covered, double expected) {}

    Cover(Timeline<Request> requests, Timeline<Call> calls) {
        this.requests = requests;
        this.calls = calls;
    }

    /** Counts at the end of {@code call}, if there is a type of calls to count by. */
    void count(Call call, Consumer<Count> counted) {
        CallType by = longestUnderWay(call);
        if (by != null && by.expectedCover() >= LEAST_EXPECTED) {
            counted.accept(new Count(allRequestsInside(by, call.hop.endNanos()), by.expectedCover()));
        }
    }

    /** Counts at a random moment within {@code call}. */
    void control(Call call) {
        // Span ids are random: their low bits pick a moment that no rhythm of the load can follow.
        double fraction = (call.hop.spanId() & 0xffff) / (double) 0x10000;
        long moment = call.hop.startNanos() + (long) (fraction * call.hop.durationNanos());
        call.type.control(allRequestsInside(call.type, moment));
    }

    private @Nullable CallType longestUnderWay(Call call) {
        CallType[] longest = new CallType[1];
        calls.forEachTouching(call.hop.endNanos(), call.hop.endNanos(), other -> {
            if (other.type != call.type
                    && other.type.countsRequests()
                    && (longest[0] == null || other.type.totalNanos() > longest[0].totalNanos())) {
                longest[0] = other.type;
            }
            return true;
        });
        return longest[0];
    }

    private boolean allRequestsInside(CallType type, long moment) {
        int[] difference = {0};
        requests.forEachTouching(moment, moment, request -> {
            if (request.underWayAt(moment)) {
                difference[0]++;
            }
            return true;
        });
        calls.forEachTouching(moment, moment, call -> {
            if (call.type == type && call.underWayAt(moment)) {
                difference[0]--;
            }
            return true;
        });
        return difference[0] <= 0;
    }
}
