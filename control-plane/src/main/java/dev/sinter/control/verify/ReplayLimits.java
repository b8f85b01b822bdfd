package dev.sinter.control.verify;

import java.time.Duration;

/**
 * What bounds a replay.
 *
 * @param requests of one function, the newest first
 * @param concurrency requests replayed at a time
 * @param timeout of one answer
 * @param budget of one function's replay; what is not over by then is inconclusive
 * @param bodyBytes of one answer that are compared
 */
public record ReplayLimits(int requests, int concurrency, Duration timeout, Duration budget, int bodyBytes) {
    public static final ReplayLimits DEFAULT =
            new ReplayLimits(8, 4, Duration.ofSeconds(10), Duration.ofSeconds(30), 4 << 20);
}
