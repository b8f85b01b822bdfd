package dev.sinter.planner.hysteresis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What is remembered of groups that failed. Immutable; what is to survive a restart is its list of failures.
 *
 * @param failures one per group, images and cause
 */
public record Attempts(List<Failure> failures) {
    /** Nothing failed so far. */
    public static final Attempts NONE = new Attempts(List.of());

    private static final int MOST = 1_000;

    public Attempts {
        failures = List.copyOf(failures);
    }

    /**
     * With one more failure of the group of these images; telling it twice changes nothing. Of more than a thousand
     * failures the oldest are forgotten.
     *
     * @param digests image digest by member
     * @param at when it failed
     */
    public Attempts failed(Map<String, String> digests, String cause, Instant at, boolean forGood) {
        List<Failure> next = new ArrayList<>();
        int times = 1;
        for (Failure failure : failures) {
            if (!failure.digests().equals(digests) || !failure.cause().equals(cause)) {
                next.add(failure);
            } else if (!at.isAfter(failure.last())) {
                return this;
            } else {
                times = failure.times() + 1;
            }
        }
        next.add(new Failure(digests, cause, times, at, forGood));
        next.sort(Comparator.comparing(Failure::last));
        return new Attempts(next.subList(Math.max(0, next.size() - MOST), next.size()));
    }

    /** When the group of these images may be tried again; {@link Instant#MAX} if only a person may, MIN if now. */
    public Instant retryAt(Map<String, String> digests, HysteresisPolicy policy) {
        Instant latest = Instant.MIN;
        for (Failure failure : failures) {
            if (failure.digests().equals(digests) || separates(failure, digests)) {
                Instant until = failure.forGood() ? Instant.MAX : failure.last().plus(policy.backOff(failure.times()));
                latest = until.isAfter(latest) ? until : latest;
            }
        }
        return latest;
    }

    /** Whether a person parted two of these functions, as they are now. */
    private static boolean separates(Failure failure, Map<String, String> digests) {
        long both = failure.digests().entrySet().stream()
                .filter(digests.entrySet()::contains)
                .count();
        return failure.forGood() && both > 1;
    }
}
