package dev.sinter.control.server;

import dev.sinter.collector.observation.ArmBucket;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.planner.hysteresis.ProbeSchedule.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What callers from outside saw of a group, by arm. */
final class CallerView {

    /** Fewer requests say nothing of a rate or a median. */
    static final int FEWEST_REQUESTS = 50;

    private final Arms arms;

    CallerView(Arms arms) {
        this.arms = arms;
    }

    /** Calls to a function, by arm and bucket. */
    @FunctionalInterface
    interface Arms {
        List<ArmBucket> to(String callee, Instant from, Instant to);
    }

    /** Of the fused workload; null where that is too little. */
    @Nullable
    Reading fused(GroupStatus group, Instant from, Instant to) {
        return reading(group, from, to, arm -> !arm.equals(ArmBucket.ORIGINAL));
    }

    /** Of the originals; null where that is too little. */
    @Nullable
    Reading originals(GroupStatus group, Instant from, Instant to) {
        return reading(group, from, to, ArmBucket.ORIGINAL::equals);
    }

    private @Nullable Reading reading(GroupStatus group, Instant from, Instant to, Predicate<String> isWanted) {
        long requests = 0;
        double sumLogMs = 0;
        for (String entry : group.entries()) {
            for (ArmBucket bucket : arms.to(entry, from, to)) {
                if (isWanted.test(bucket.arm())) {
                    requests += bucket.count() - bucket.errors();
                    sumLogMs += bucket.sumLogMs();
                }
            }
        }
        // The mean logarithm stands for the median, as it does for the judge.
        return requests < FEWEST_REQUESTS
                ? null
                : new Reading(
                        requests / (Duration.between(from, to).toMillis() / 1000.0), Math.exp(sumLogMs / requests));
    }
}
