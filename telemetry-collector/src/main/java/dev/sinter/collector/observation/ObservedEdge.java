package dev.sinter.collector.observation;

import dev.sinter.planner.graph.CallKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Calls from one function to another over a window.
 *
 * <p>Rate, latency and hop cost come from every span; {@code kind}, {@code confidence} and {@code criticalShare} only
 * from the calls whose request is known (the README says how).
 *
 * @param from caller
 * @param to callee
 * @param ratePerSecond calls, local ones included
 * @param errorsPerSecond those of them that failed
 * @param kind how the caller treats the response
 * @param confidence in {@code kind}, 0 to 1; 0 when {@code UNKNOWN}
 * @param samples calls behind {@code kind}
 * @param outliveBound with 95 % confidence at most this share of the calls ends after the request that made them
 * @param lastCounterExample end of the last call that outlived its request, or null
 * @param criticalShare mean share of a call's time that its request spent waiting for it, 0 to 1; 0 while unknown
 * @param callMs what the caller waited per call, mean
 * @param calleeMs server-side duration per call, mean; 0 while no call was seen from both sides
 * @param remoteHop client minus server duration of calls through the proxies, or null if none was seen from both sides
 * @param localHop the same of calls inside a fused workload, or null
 */
public record ObservedEdge(
        String from,
        String to,
        double ratePerSecond,
        double errorsPerSecond,
        CallKind kind,
        double confidence,
        long samples,
        double outliveBound,
        @Nullable Instant lastCounterExample,
        double criticalShare,
        double callMs,
        double calleeMs,
        @Nullable Quantiles remoteHop,
        @Nullable Quantiles localHop) {}
