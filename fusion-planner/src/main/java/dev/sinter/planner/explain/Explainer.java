package dev.sinter.planner.explain;

import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.plan.PlannedGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Takes the figures of a plan apart: what every group contributes, before and after, term by term. */
public final class Explainer {
    private static final double MIB_PER_GIB = 1024;
    private static final double MS_PER_SECOND = 1000;

    private final CallGraph graph;
    private final List<PlannedGroup> groups;
    private final Flow after;
    private final Flow before;

    /**
     * @param groups of a plan of {@code graph}; every function is at home in one of them
     * @throws dev.sinter.planner.graph.PlanningException {@code SNT0308} if they are not
     */
    public Explainer(CallGraph graph, List<PlannedGroup> groups) {
        this.graph = graph;
        this.groups = List.copyOf(groups);
        after = new Flow(graph, this.groups);
        before = new Flow(
                graph,
                graph.functions().stream()
                        .map(function -> alone(function.name()))
                        .toList());
    }

    /** One explanation per group, in the plan's order. */
    public List<GroupExplanation> explain() {
        return groups.stream().map(this::explain).toList();
    }

    private GroupExplanation explain(PlannedGroup group) {
        List<Flow.Copy> copies = after.copies(group);
        List<Flow.Copy> apart = group.homes().stream().map(before::home).toList();
        List<Term> gbSeconds = new ArrayList<>();
        List<Term> gbSecondsApart = new ArrayList<>();
        List<Term> resident = new ArrayList<>(resident(copies, group.tier(), after));
        List<Term> residentApart = new ArrayList<>();
        addGbSeconds(gbSeconds, copies, memoryMiB(copies, group.tier()), after);
        for (Flow.Copy one : apart) {
            addGbSeconds(gbSecondsApart, List.of(one), memoryMiB(List.of(one), Tier.IN_PROCESS), before);
            residentApart.addAll(resident(List.of(one), Tier.IN_PROCESS, before));
        }
        return new GroupExplanation(
                group.name(),
                group.members(),
                Figure.of(latency(apart), latency(copies)),
                Figure.of(gbSecondsApart, gbSeconds),
                Figure.of(residentApart, resident));
    }

    private static List<Term> latency(List<Flow.Copy> copies) {
        List<Term> terms = new ArrayList<>();
        for (Flow.Copy copy : copies) {
            String name = copy.function.name();
            terms.add(new Term(
                    "work of %s: %s visits × %s ms"
                            .formatted(name, number(copy.visits), number(copy.function.busyMs())),
                    copy.visits * copy.function.busyMs()));
            for (Flow.Call call : copy.calls) {
                double visits = copy.visits * call.perRequest() * call.waitedShare();
                if (call.waitedShare() > 0) {
                    terms.add(new Term(
                            "%s call %s → %s: %s × %s ms"
                                    .formatted(
                                            call.local() ? "local" : "remote",
                                            name,
                                            call.callee().function.name(),
                                            number(visits),
                                            number(call.hopMs())),
                            visits * call.hopMs()));
                }
            }
        }
        return terms;
    }

    private static void addGbSeconds(List<Term> terms, List<Flow.Copy> copies, double memoryMiB, Flow flow) {
        for (Flow.Copy copy : copies) {
            if (flow.isHome(copy)) {
                terms.add(new Term(
                        "requests to %s: %s/s × %s ms × %s MiB"
                                .formatted(
                                        copy.function.name(),
                                        number(copy.receivedPerSecond),
                                        number(copy.timeMs),
                                        number(memoryMiB)),
                        memoryMiB / MIB_PER_GIB * copy.receivedPerSecond * copy.timeMs / MS_PER_SECOND));
            }
        }
    }

    private List<Term> resident(List<Flow.Copy> copies, Tier tier, Flow flow) {
        double busy = 0;
        double cpu = 0;
        double traffic = 0;
        for (Flow.Copy copy : copies) {
            double rate = copy.function.ratePerSecond();
            busy += flow.isHome(copy) ? copy.receivedPerSecond * copy.timeMs / MS_PER_SECOND : 0;
            cpu += rate > 0 ? copy.function.cpuMillicores() * copy.ratePerSecond / rate : 0;
            traffic += copy.ratePerSecond;
        }
        double forBusy = busy / graph.limits().concurrency();
        double forCpu = cpu / graph.limits().cpuMillicores();
        double replicas = traffic > 0 ? Math.max(1, Math.max(forBusy, forCpu)) : 0;
        String times = number(replicas) + " instances × ";
        List<Term> terms = new ArrayList<>();
        copies.forEach(copy -> terms.add(new Term(
                times + "memory of " + copy.function.name() + " of " + number(copy.function.ownMiB()) + " MiB",
                replicas * copy.function.ownMiB())));
        bases(copies, tier)
                .forEach((name, baseMiB) -> terms.add(
                        new Term(times + "runtime " + name + " of " + number(baseMiB) + " MiB", replicas * baseMiB)));
        terms.add(new Term(
                times + "proxy of " + number(graph.limits().sidecarMiB()) + " MiB",
                replicas * graph.limits().sidecarMiB()));
        return terms;
    }

    private double memoryMiB(List<Flow.Copy> copies, Tier tier) {
        double own = copies.stream().mapToDouble(copy -> copy.function.ownMiB()).sum();
        return own
                + bases(copies, tier).values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum();
    }

    /** Runtimes that an instance holds: one of each kind where the tier shares them, else one per member. */
    private Map<String, Double> bases(List<Flow.Copy> copies, Tier tier) {
        boolean shares = Objects.requireNonNull(graph.tiers().get(tier)).sharesBase();
        Map<String, Double> bases = new LinkedHashMap<>();
        for (Flow.Copy copy : copies) {
            String runtime = copy.function.runtime();
            String key = shares ? runtime : runtime + " of " + copy.function.name();
            bases.merge(key, copy.function.baseMiB(), Math::max);
        }
        return bases;
    }

    private static PlannedGroup alone(String function) {
        List<String> only = List.of(function);
        return new PlannedGroup(function, only, only, List.of(), Tier.IN_PROCESS, 0, 0);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
