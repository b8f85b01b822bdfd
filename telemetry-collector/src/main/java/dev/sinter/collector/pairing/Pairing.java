package dev.sinter.collector.pairing;

import dev.sinter.collector.count.Counts;
import dev.sinter.collector.count.DropCause;
import dev.sinter.collector.hop.Hop;
import dev.sinter.collector.hop.Role;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pairs calls with requests, pod by pod. Not thread-safe. */
public final class Pairing {

    /** Longer requests are not waited for, so what they call may be taken for another request's. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static final Duration FORGET_POD_AFTER = Duration.ofMinutes(5);

    private final int maxPods;
    private final int maxSpansPerPod;
    private final long latenessNanos;
    private final PairSink sink;
    private final Counts counts;
    private final KnownCallers knownCallers = new KnownCallers();
    private final Map<String, Pod> pods = new LinkedHashMap<>();

    private static final class Pod {
        final PodPairing pairing;
        long lastArrivalNanos;

        Pod(PodPairing pairing) {
            this.pairing = pairing;
        }
    }

    /**
     * No pods yet.
     *
     * @param maxPods pods paired at a time
     * @param maxSpansPerPod spans kept for each
     * @param lateness how long after its end a span may arrive
     */
    public Pairing(int maxPods, int maxSpansPerPod, Duration lateness, PairSink sink, Counts counts) {
        this.maxPods = maxPods;
        this.maxSpansPerPod = maxSpansPerPod;
        this.latenessNanos = lateness.toNanos();
        this.sink = sink;
        this.counts = counts;
    }

    /** Takes a hop that arrived at {@code nowNanos}. A gateway's hops are no function's requests and are left out. */
    public void accept(Hop hop, long nowNanos) {
        if (hop.proxy().role() == Role.GATEWAY) {
            return;
        }
        Pod pod = pods.get(hop.proxy().pod());
        if (pod == null) {
            if (pods.size() >= maxPods) {
                counts.dropped(DropCause.POD_LIMIT, 1);
                return;
            }
            pod = new Pod(new PodPairing(maxSpansPerPod, LONGEST_WAIT.toNanos(), knownCallers, sink));
            pods.put(hop.proxy().pod(), pod);
        }
        pod.lastArrivalNanos = nowNanos;
        switch (pod.pairing.accept(hop)) {
            case ACCEPTED -> {}
            case LATE -> counts.dropped(DropCause.LATE, 1);
            case FULL -> counts.dropped(DropCause.POD_SPAN_LIMIT, 1);
        }
    }

    /** Resolves what is due at {@code nowNanos}. */
    public void advance(long nowNanos) {
        Iterator<Pod> iterator = pods.values().iterator();
        while (iterator.hasNext()) {
            Pod pod = iterator.next();
            long silence = nowNanos - pod.lastArrivalNanos;
            if (silence > FORGET_POD_AFTER.toNanos()) {
                iterator.remove();
            } else if (silence > latenessNanos) {
                pod.pairing.resolveAll();
            } else {
                pod.pairing.resolve(pod.pairing.latestEndNanos() - latenessNanos);
            }
        }
    }

    /** Hops of any pod that ended up to {@code nanos} may have been lost. */
    public void lost(long nanos) {
        pods.values().forEach(pod -> pod.pairing.blindUntil(nanos));
    }
}
