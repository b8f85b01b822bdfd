package dev.sinter.planner.explain;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.CallKind;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.FunctionNode;
import dev.sinter.planner.graph.PlanningException;
import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.PlannedGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How requests go through the copies of a layout, by repeating the plan contract's equations until nothing changes any
 * more. Shares no code with the solver's evaluation, so that the two check each other.
 */
final class Flow {
    private static final int MOST_ROUNDS = 100_000;
    private static final double SETTLED = 1e-13;
    private static final double NO_RATE = 1e-9;

    private final List<Copy> copies = new ArrayList<>();
    private final Map<String, Copy> homes = new HashMap<>();

    /** One function in one group. */
    static final class Copy {
        final FunctionNode function;
        final PlannedGroup group;
        final List<Call> calls = new ArrayList<>();
        double outsidePerSecond;
        double timeMs;
        double ratePerSecond;
        double receivedPerSecond;
        /** How often it is on the critical path of a request from outside. */
        double visits;

        private double nextRate;
        private double nextReceived;
        private double nextVisits;

        Copy(FunctionNode function, PlannedGroup group) {
            this.function = function;
            this.group = group;
        }
    }

    /** One edge as it leaves a copy. */
    record Call(Copy callee, boolean local, double perRequest, double waitedShare, double hopMs) {}

    Flow(CallGraph graph, List<PlannedGroup> groups) {
        Map<String, FunctionNode> functions = new HashMap<>();
        graph.functions().forEach(function -> functions.put(function.name(), function));
        Map<String, Map<String, Copy>> byGroup = new HashMap<>();
        for (PlannedGroup group : groups) {
            Map<String, Copy> here = new HashMap<>();
            for (String member : group.members()) {
                FunctionNode function = functions.get(member);
                if (function == null) {
                    throw new PlanningException("SNT0308", "function " + member + ": not in the graph");
                }
                Copy copy = new Copy(function, group);
                here.put(member, copy);
                copies.add(copy);
            }
            group.homes().forEach(home -> homes.put(home, here.getOrDefault(home, copies.getLast())));
            byGroup.put(group.name(), here);
        }
        Map<String, List<Edge>> out = new HashMap<>();
        Map<String, Double> into = new HashMap<>();
        for (Edge edge : graph.edges()) {
            out.computeIfAbsent(edge.from(), name -> new ArrayList<>()).add(edge);
            into.merge(edge.to(), edge.ratePerSecond(), Double::sum);
        }
        for (Copy copy : copies) {
            Map<String, Copy> here = byGroup.getOrDefault(copy.group.name(), Map.of());
            for (Edge edge : out.getOrDefault(copy.function.name(), List.of())) {
                copy.calls.add(call(copy, edge, here, graph));
            }
            double rate = copy.function.ratePerSecond();
            double outside = rate - into.getOrDefault(copy.function.name(), 0.0);
            boolean isEntry = copy.function.entry() && homes.get(copy.function.name()) == copy;
            copy.outsidePerSecond = isEntry && outside > NO_RATE * rate ? outside : 0;
        }
        double outside =
                copies.stream().mapToDouble(copy -> copy.outsidePerSecond).sum();
        boolean changed = true;
        for (int round = 0; changed && round < MOST_ROUNDS; round++) {
            boolean timesChanged = updateTimes();
            changed = updateRates(outside) || timesChanged;
        }
    }

    List<Copy> copies(PlannedGroup group) {
        return copies.stream().filter(copy -> copy.group.equals(group)).toList();
    }

    Copy home(String function) {
        Copy home = homes.get(function);
        if (home == null) {
            throw new PlanningException("SNT0308", "function " + function + ": at home in 0 groups (expected: 1)");
        }
        return home;
    }

    boolean isHome(Copy copy) {
        return homes.get(copy.function.name()) == copy;
    }

    private Call call(Copy copy, Edge edge, Map<String, Copy> here, CallGraph graph) {
        boolean local = copy.group.local().contains(new LocalPair(edge.from(), edge.to()));
        Copy callee = local ? Objects.requireNonNull(here.get(edge.to())) : home(edge.to());
        double rate = copy.function.ratePerSecond();
        boolean waited = edge.kind() == CallKind.BLOCKING || edge.kind() == CallKind.PARALLEL;
        double localHopMs =
                Objects.requireNonNull(graph.tiers().get(copy.group.tier())).localHopMs();
        return new Call(
                callee,
                local,
                rate > 0 ? edge.ratePerSecond() / rate : 0,
                waited ? edge.criticalShare() : 0,
                local ? localHopMs : edge.hopMs());
    }

    private boolean updateTimes() {
        boolean changed = false;
        for (int i = copies.size() - 1; i >= 0; i--) {
            Copy copy = copies.get(i);
            double time = copy.function.busyMs();
            for (Call call : copy.calls) {
                time += call.perRequest() * call.waitedShare() * (call.hopMs() + call.callee().timeMs);
            }
            changed |= differs(copy.timeMs, time);
            copy.timeMs = time;
        }
        return changed;
    }

    private boolean updateRates(double outside) {
        for (Copy copy : copies) {
            copy.nextReceived = copy.outsidePerSecond;
            copy.nextRate = copy.outsidePerSecond;
            copy.nextVisits = outside > 0 ? copy.outsidePerSecond / outside : 0;
        }
        for (Copy copy : copies) {
            for (Call call : copy.calls) {
                double rate = copy.ratePerSecond * call.perRequest();
                call.callee().nextRate += rate;
                call.callee().nextReceived += call.local() ? 0 : rate;
                call.callee().nextVisits += copy.visits * call.perRequest() * call.waitedShare();
            }
        }
        boolean changed = false;
        for (Copy copy : copies) {
            changed |= differs(copy.ratePerSecond, copy.nextRate) || differs(copy.visits, copy.nextVisits);
            copy.ratePerSecond = copy.nextRate;
            copy.receivedPerSecond = copy.nextReceived;
            copy.visits = copy.nextVisits;
        }
        return changed;
    }

    private static boolean differs(double before, double after) {
        return Math.abs(after - before) > SETTLED * Math.abs(after);
    }
}
