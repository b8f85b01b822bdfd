package dev.sinter.control.traces;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.Limits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call graph of spans that name their parents. A request is a server's span, or the topmost span of a service
 * in a branch; a call is the client's span above it, or the request itself where no client recorded one.
 *
 * <p>What the caller waited for is its critical path: backwards from its end, always the call that returned last.
 */
final class TraceGraph {
    /** What a function is taken to need where nothing is measured. */
    static final double ASSUMED_MIB = 64;

    private static final double MS_PER_SECOND = 1000;

    /** Clocks of one machine differ less; calls that end later than this after their caller did not hold it up. */
    private static final double CLOCK_MS = 0.5;

    private static final double MOSTLY = 0.5;
    private static final double RARELY = 0.05;
    private static final int DEEPEST = 10_000;

    private final List<TraceSpan> spans;
    private final Map<String, Map<String, List<TraceSpan>>> byId = new HashMap<>();
    private final SequencedMap<String, Requests> functions = new TreeMap<>();
    private final SequencedMap<String, Calls> edges = new TreeMap<>();

    TraceGraph(List<TraceSpan> spans) {
        this.spans = spans;
        for (TraceSpan span : spans) {
            byId.computeIfAbsent(span.trace(), trace -> new HashMap<>())
                    .computeIfAbsent(span.id(), id -> new ArrayList<>())
                    .add(span);
        }
    }

    CallGraph graph(Limits limits) {
        Map<TraceSpan, List<Call>> callsOf = new HashMap<>();
        for (TraceSpan span : spans) {
            if (isRequest(span)) {
                Requests requests = functions.computeIfAbsent(span.service(), name -> new Requests());
                requests.runtime = requests.runtime.isEmpty() ? span.runtime() : requests.runtime;
                callsOf.computeIfAbsent(span, request -> new ArrayList<>());
                Call call = call(span);
                if (call == null) {
                    requests.fromOutside++;
                } else {
                    callsOf.computeIfAbsent(call.caller(), request -> new ArrayList<>())
                            .add(call);
                }
            }
        }
        callsOf.forEach(this::count);
        double windowSeconds = windowSeconds();
        List<FunctionNode> nodes = new ArrayList<>();
        functions.forEach((name, requests) -> nodes.add(requests.node(name, windowSeconds)));
        List<Edge> measured = new ArrayList<>();
        edges.values().forEach(calls -> measured.add(calls.edge(windowSeconds)));
        return new CallGraph(windowSeconds, nodes, measured, limits, CallGraph.DEFAULT_TIERS, List.of(), List.of());
    }

    private double windowSeconds() {
        double first = spans.stream().mapToDouble(TraceSpan::startMs).min().orElse(0);
        double last = spans.stream().mapToDouble(TraceSpan::endMs).max().orElse(0);
        return Math.max(1, (last - first) / MS_PER_SECOND);
    }

    private boolean isRequest(TraceSpan span) {
        TraceSpan parent = parent(span);
        return switch (span.kind()) {
            case SERVER -> true;
            case CLIENT -> parent == null;
            case OTHER -> parent == null || !parent.service().equals(span.service());
        };
    }

    private @Nullable TraceSpan parent(TraceSpan span) {
        Map<String, List<TraceSpan>> trace = byId.getOrDefault(span.trace(), Map.of());
        if (span.shared() || (span.kind() == TraceSpan.Kind.SERVER && isShared(span, trace))) {
            for (TraceSpan other : trace.getOrDefault(span.id(), List.of())) {
                if (other.kind() == TraceSpan.Kind.CLIENT) {
                    return other;
                }
            }
        }
        TraceSpan found = null;
        for (TraceSpan other : trace.getOrDefault(span.parent(), List.of())) {
            if (!other.equals(span) && (found == null || other.service().equals(span.service()))) {
                found = other;
            }
        }
        return found;
    }

    private static boolean isShared(TraceSpan span, Map<String, List<TraceSpan>> trace) {
        return trace.getOrDefault(span.id(), List.of()).size() > 1;
    }

    private record Call(TraceSpan caller, TraceSpan asSeen, TraceSpan request) {}

    /** The call that brought {@code request}, or null if it came from outside. */
    private @Nullable Call call(TraceSpan request) {
        TraceSpan asSeen = request;
        TraceSpan at = parent(request);
        for (int depth = 0; at != null && depth < DEEPEST; depth++) {
            if (isRequest(at)) {
                return new Call(at, asSeen, request);
            }
            asSeen = asSeen.equals(request) && at.kind() == TraceSpan.Kind.CLIENT ? at : asSeen;
            at = parent(at);
        }
        return null;
    }

    private void count(TraceSpan caller, List<Call> calls) {
        List<Call> latestFirst = calls.stream()
                .sorted(Comparator.comparingDouble((Call call) -> call.asSeen().endMs())
                        .reversed())
                .toList();
        Set<Call> overlapping = overlapping(calls);
        double reached = caller.endMs() + CLOCK_MS;
        double waited = 0;
        for (Call call : latestFirst) {
            TraceSpan seen = call.asSeen();
            Calls edge = edges.computeIfAbsent(
                    caller.service() + "\n" + call.request().service(),
                    key -> new Calls(caller.service(), call.request().service()));
            boolean outlives = seen.endMs() > caller.endMs() + CLOCK_MS;
            boolean critical = !outlives && seen.endMs() <= reached + CLOCK_MS;
            if (critical) {
                waited += seen.durationMs();
                reached = seen.startMs();
            }
            edge.add(call, outlives, critical, overlapping.contains(call));
        }
        Requests requests = functions.computeIfAbsent(caller.service(), name -> new Requests());
        requests.count++;
        requests.busyMs += Math.max(0, caller.durationMs() - waited);
    }

    /** Calls that are under way while the one before them still is, and these. */
    private static Set<Call> overlapping(List<Call> calls) {
        List<Call> earliestFirst = calls.stream()
                .sorted(Comparator.comparingDouble((Call call) -> call.asSeen().startMs()))
                .toList();
        Set<Call> overlapping = new HashSet<>();
        Call lasting = null;
        for (Call call : earliestFirst) {
            TraceSpan seen = call.asSeen();
            double end = lasting == null ? seen.startMs() : lasting.asSeen().endMs();
            if (lasting != null && Math.min(end, seen.endMs()) - seen.startMs() > CLOCK_MS) {
                overlapping.add(lasting);
                overlapping.add(call);
            }
            lasting = lasting == null || seen.endMs() > end ? call : lasting;
        }
        return overlapping;
    }

    /** Requests of one function. */
    private static final class Requests {
        private String runtime = "";
        private long count;
        private long fromOutside;
        private double busyMs;

        FunctionNode node(String name, double windowSeconds) {
            double rate = count / windowSeconds;
            double busy = count == 0 ? 0 : busyMs / count;
            return new FunctionNode(name, fromOutside > 0, runtime, rate, busy, 0, ASSUMED_MIB, rate * busy, "");
        }
    }

    /** Calls of one pair. */
    private static final class Calls {
        private final String from;
        private final String to;
        private long count;
        private long outlived;
        private long parallel;
        private double durationMs;
        private double criticalMs;
        private double hopMs;
        private double calleeMs;

        Calls(String from, String to) {
            this.from = from;
            this.to = to;
        }

        void add(Call call, boolean outlives, boolean critical, boolean isParallel) {
            count++;
            outlived += outlives ? 1 : 0;
            parallel += isParallel ? 1 : 0;
            double duration = call.asSeen().durationMs();
            durationMs += duration;
            criticalMs += critical ? duration : 0;
            hopMs += Math.max(0, duration - call.request().durationMs());
            calleeMs += call.request().durationMs();
        }

        Edge edge(double windowSeconds) {
            boolean async = outlived > RARELY * count;
            boolean together = parallel > MOSTLY * count;
            CallKind kind = async ? CallKind.ASYNC : together ? CallKind.PARALLEL : CallKind.BLOCKING;
            long consistent = async ? outlived : count - outlived;
            return new Edge(
                    from,
                    to,
                    count / windowSeconds,
                    kind,
                    (consistent + 1.0) / (count + 2.0),
                    count,
                    durationMs > 0 ? Math.min(1, criticalMs / durationMs) : 1,
                    hopMs / count,
                    calleeMs / count);
        }
    }
}
