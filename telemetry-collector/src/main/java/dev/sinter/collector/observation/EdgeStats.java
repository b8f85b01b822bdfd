package dev.sinter.collector.observation;

import dev.sinter.collector.hop.Hop;

/** Calls of one edge in one slice. Not thread-safe. */
final class EdgeStats {

    final KindEvidence evidence = new KindEvidence();
    final DurationSketch remoteHop = new DurationSketch();
    final DurationSketch localHop = new DurationSketch();
    long calls;
    long errors;
    double sumCallMs;
    double sumCalleeMs;

    void called(Hop call) {
        calls++;
        sumCallMs += call.durationNanos() / 1e6;
        if (call.failed()) {
            errors++;
        }
    }

    /** The same call seen from both ends. */
    void linked(Hop call, Hop request) {
        sumCalleeMs += request.durationNanos() / 1e6;
        // Both are durations, so clocks need not agree; below zero is the proxies' own jitter.
        long hopNanos = Math.max(0, call.durationNanos() - request.durationNanos());
        (call.local() ? localHop : remoteHop).add(hopNanos);
    }

    double meanCallMs() {
        return calls == 0 ? 0 : sumCallMs / calls;
    }

    double meanCalleeMs() {
        long linked = remoteHop.count() + localHop.count();
        return linked == 0 ? 0 : sumCalleeMs / linked;
    }

    void add(EdgeStats other) {
        evidence.add(other.evidence);
        remoteHop.add(other.remoteHop);
        localHop.add(other.localHop);
        calls += other.calls;
        errors += other.errors;
        sumCallMs += other.sumCallMs;
        sumCalleeMs += other.sumCalleeMs;
    }
}
